"""What makes it a conversation: NLU components, the public app, training and starting."""

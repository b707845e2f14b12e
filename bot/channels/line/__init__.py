"""LINE, by the rules of its Messaging API."""

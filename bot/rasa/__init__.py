"""Parts that replace some of Rasa's own: what lets nothing said be lost, and what saves time."""

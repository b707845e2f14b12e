"""Rasa graph components: words, facts, problems and acts of an utterance. Imports nothing of the rest."""

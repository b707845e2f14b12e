"""Rasa custom actions: a tracker's slots to facts and back, and what is said. No rule lives here."""

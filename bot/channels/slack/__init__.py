"""Slack, by the rules of its Events API, its interactive buttons and Block Kit."""

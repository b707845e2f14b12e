"""The web channel: the HTTP API, the chat page and the consultation sheet."""

"""The only public process: conversations, their limits and errors, and how each channel shows them."""

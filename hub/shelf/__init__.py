"""The documents of a space: each comes with a message, and goes with it."""

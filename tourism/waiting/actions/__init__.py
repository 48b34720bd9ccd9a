"""The verbs of the waiting list."""

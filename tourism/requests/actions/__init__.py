"""The verbs of requests."""

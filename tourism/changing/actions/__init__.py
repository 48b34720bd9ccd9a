"""The verbs of changing."""

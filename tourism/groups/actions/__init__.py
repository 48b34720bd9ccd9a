"""The verbs of rooms kept for groups."""

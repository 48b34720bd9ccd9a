"""The verbs of a person's stays."""

"""The verbs of spaces."""

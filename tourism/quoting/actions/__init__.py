"""The verbs of quoting."""

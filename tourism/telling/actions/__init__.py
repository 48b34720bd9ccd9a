"""The verbs of telling."""

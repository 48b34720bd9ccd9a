"""The verbs of mandates."""

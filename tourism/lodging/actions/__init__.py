"""The verbs of lodging."""

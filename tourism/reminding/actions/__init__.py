"""The verbs of reminding."""

"""The verbs of the desk, one ability a file."""

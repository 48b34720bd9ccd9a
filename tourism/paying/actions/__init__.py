"""The verbs of paying, one ability a file."""

"""The verbs of repaying, one ability a file."""

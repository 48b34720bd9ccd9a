"""The verbs of owing, one ability a file."""

"""The verbs of settlement, one ability a file."""

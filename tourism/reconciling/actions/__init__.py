"""The verbs of reconciling, one ability a file."""

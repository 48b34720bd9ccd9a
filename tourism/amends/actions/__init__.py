"""The verbs of amends, one ability a file."""

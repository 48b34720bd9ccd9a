"""The verbs of payments, one ability a file."""

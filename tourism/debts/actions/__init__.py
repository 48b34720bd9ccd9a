"""The verbs of debts, one ability a file."""

"""The verbs of usage billing, one ability a file."""

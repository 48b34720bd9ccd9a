"""The verbs of booking, one ability a file."""

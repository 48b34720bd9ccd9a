"""The verbs of declaring, one ability a file."""

"""The verbs of sweeping, one ability a file."""

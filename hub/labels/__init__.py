"""What everybody sees of a service: its level, why, what is missing, its history, and its badge."""

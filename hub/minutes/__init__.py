"""The minutes of a vote: drawn from its record, signed once, kept as they were signed."""

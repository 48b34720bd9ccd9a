"""The verbs of lost demand: note, count, read."""

"""The verbs of lost demand: note, count, read, tell of areas."""

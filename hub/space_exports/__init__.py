"""A whole space as one file, in formats that are written down in it."""

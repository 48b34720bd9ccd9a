"""The conditions of a stay in words, as it was sold."""

"""Whether what is hosted here allows a vertical in a state, and how that is told."""

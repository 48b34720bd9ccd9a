"""Whether a hosting allows a vertical in a state, and how that is told."""

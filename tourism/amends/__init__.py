"""A house goes back on a stay: its guest has everything back, and arrhes twice."""

"""The life of a stay: hold, confirmed, in house, left, with its rooms and letters."""

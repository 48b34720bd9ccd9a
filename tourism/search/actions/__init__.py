"""Search stays, look at one house, see a price calendar."""

"""Everything a house has, taken away in one documented archive."""

"""Which days belong to dates that need not be exact."""

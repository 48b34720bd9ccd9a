"""Searches over the mapped arrays of the index, compiled: which room types are open, what they cost
to the cent, who comes first, how many have what. Numbers in, numbers out; `tourism.index` asks."""

"""Suggest places and houses; resolve an area."""

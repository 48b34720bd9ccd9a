"""Bench, load, drill and fuzz: bounded, on loopback only, one JSON line a figure."""

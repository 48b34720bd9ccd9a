"""Reads a text into its rules, with the place of every fault."""

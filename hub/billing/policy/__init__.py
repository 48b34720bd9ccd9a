"""Invoices decided: sums, parties, the chain. Pure functions."""

"""Invoices decided: sums, words of the law, XML, the chain. Pure functions."""

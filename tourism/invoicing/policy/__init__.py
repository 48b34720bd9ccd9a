"""The lines of invoices, decided. Pure functions."""

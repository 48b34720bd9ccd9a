"""Decisions about lost demand: pure, no database."""

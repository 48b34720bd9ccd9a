"""Decisions about photos: pure, no database, no network."""

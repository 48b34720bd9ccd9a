"""Decisions about archives: pure, no database."""

"""Police sheets of foreign guests (CESEDA R814-1 to R814-3)."""

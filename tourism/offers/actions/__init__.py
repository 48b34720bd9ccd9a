"""Answer searches from PostgreSQL, and load houses for many stays."""

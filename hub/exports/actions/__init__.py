"""The verbs of exports: ask, look, fetch."""

"""The verbs of copies: ask, build, fetch, forget."""

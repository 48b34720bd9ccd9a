"""The verbs of archives: ask, build, fetch, forget."""

"""Questions and proposals of a space: one person, one vote, until an hour that was said."""

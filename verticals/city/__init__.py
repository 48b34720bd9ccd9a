"""A town and its people: what they report, what it tells them, how they get about."""

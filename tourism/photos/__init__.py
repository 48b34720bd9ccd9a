"""Photos of a lodging: taken in, made small, ordered, described."""

"""The verbs of photos: look, take in, change."""

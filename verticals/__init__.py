"""Small verticals, each by itself."""

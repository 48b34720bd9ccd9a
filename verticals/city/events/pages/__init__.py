"""The pages: of everybody, and of the town."""

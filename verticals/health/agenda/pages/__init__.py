"""The pages: the practice's, and those of who comes."""

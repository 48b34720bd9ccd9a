"""The pages of who writes courses, and of the head of the school."""

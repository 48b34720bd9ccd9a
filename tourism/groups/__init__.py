"""Rooms kept for a group until a day, and given to those who come with its code."""

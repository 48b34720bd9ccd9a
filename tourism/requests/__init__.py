"""Stays that a house wants to be asked for first: asked, accepted, declined, or left unanswered."""

"""Visits: a room for those by video, entered by a link that opens once, and the note that stays."""

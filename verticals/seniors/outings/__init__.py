"""Outings and visits near home: an association proposes and vouches, a senior joins at a press."""

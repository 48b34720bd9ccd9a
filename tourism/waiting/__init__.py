"""A waiting list for houses that are full: who waits, and the offer of a room that came free."""

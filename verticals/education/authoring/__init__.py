"""Teachers write courses and give them; the head says what these may hold."""

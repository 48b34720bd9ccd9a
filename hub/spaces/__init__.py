"""A community's place across its services: who is in it, what they say, and how it is moderated."""

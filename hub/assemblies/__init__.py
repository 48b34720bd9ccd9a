"""Proposals, votes and what they decide, for the members of a federation."""

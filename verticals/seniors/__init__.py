"""People who live alone: a call for help, a morning's silence, and what the family may see."""

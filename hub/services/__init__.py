"""A region launches a vertical for its territory: sandbox, trial, production, and the way out."""

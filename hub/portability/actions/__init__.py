"""A tenant leaves, and arrives."""

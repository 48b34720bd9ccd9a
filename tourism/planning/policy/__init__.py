"""How a set of changes is shown; pure."""

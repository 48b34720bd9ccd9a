"""What can be done with services."""

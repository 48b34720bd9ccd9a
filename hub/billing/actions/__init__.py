"""What billing can do."""

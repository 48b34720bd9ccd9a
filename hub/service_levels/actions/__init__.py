"""What service levels can do."""

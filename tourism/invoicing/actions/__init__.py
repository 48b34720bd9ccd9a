"""What invoicing can do."""

"""What can be done about an organisation that leaves."""

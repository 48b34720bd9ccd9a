"""What can be done about a withdrawn provider."""

"""The national demonstration, computed."""

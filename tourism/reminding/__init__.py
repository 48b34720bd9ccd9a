"""Guests reminded by letter of a stay that is near."""

"""Holds whose time is over end, each at its time, whatever the machine's clock is set to."""

"""The events of a space: when and where, who comes, the calendar file."""

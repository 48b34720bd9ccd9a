"""What a house does with its calendars."""

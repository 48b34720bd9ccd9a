"""Other calendars: iCal in and out."""

"""What an edit of the calendar changes; pure."""

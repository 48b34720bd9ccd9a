"""Another stay in place of the booked one, as one act."""

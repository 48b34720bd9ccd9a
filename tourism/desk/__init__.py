"""The house's desk: its bookings, day by day."""

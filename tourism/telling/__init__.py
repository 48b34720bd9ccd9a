"""What a house is told by letter of its stays: booked, changed, cancelled."""

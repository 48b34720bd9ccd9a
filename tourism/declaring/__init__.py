"""What the booking centre declares: tourist tax, DAC7, activity of short lets; made, kept, sent."""

"""What may stand on a sheet, its seal, and how long it is kept: pure functions."""

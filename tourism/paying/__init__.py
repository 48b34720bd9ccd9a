"""The money of a stay: pay and confirm, share, cancel, pay back."""

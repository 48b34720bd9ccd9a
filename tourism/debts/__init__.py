"""What a house or another holder owes: shown, paid by card, given up by two persons."""

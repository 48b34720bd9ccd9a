"""How what was found is drawn."""

"""The head registers tools; tools show who they are."""

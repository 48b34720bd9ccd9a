"""Every night the ledger, the payment service and the bank's lines are laid side by side."""

"""What is owed, by transfer: its page for whoever owes, and what the platform's bank received."""

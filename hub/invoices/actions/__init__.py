"""What can be done with documents that are issued."""

"""What may happen to a service, where it may run, how it may look."""

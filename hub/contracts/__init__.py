"""Contracts of services, each signed by an organisation, kept as the bytes that were signed."""

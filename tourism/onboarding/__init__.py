"""From the registry to a published house, step by step."""

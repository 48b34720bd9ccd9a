"""The decisions about mandates, pure."""

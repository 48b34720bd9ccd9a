"""The decisions about claims, pure."""

"""What `hub.payments.gateway` is made of: accounts, cards, and what is found again."""

from hub import payments  # first: it is of its charges and calls that we speak

__all__ = ["payments"]

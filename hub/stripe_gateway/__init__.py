"""What `hub.payments.gateway` is made of: the line, accounts, cards, moves, what is told,
and what is found again."""

from hub import payments  # first: it is of its charges and calls that we speak

__all__ = ["payments"]

"""A stand-in for Stripe on everybody's machine: it speaks its HTTP form, keeps its books, checks
each request against the SDK's own types, and misbehaves on demand. Nothing of ours imports it but
what starts it; with `STRIPE_SECRET_KEY` set, nothing starts it."""

from hub.fake_stripe.app import create_fake
from hub.fake_stripe.books import Books
from hub.fake_stripe.faults import Fault

__all__ = ["Books", "Fault", "create_fake"]

"""Stripe's HTTP form: bracketed names as nested values, each request against the SDK's own typed
parameters, refusals as Stripe words them. It knows nothing of what a request does."""

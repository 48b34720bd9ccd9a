"""The rules of the conformance suite: each a function of the vertical that yields its findings."""

"""What the members voted, as one number."""

import hashlib

import msgspec

from hub.rules.models import RuleText


def hash_text(text: RuleText) -> str:
    """The SHA-256 of the canonical form: the rules, whatever the language they were written in.

    What a rule does not say is left out, so that a later release may add conditions without
    changing the hash of texts that do not use them.
    """
    said = _said(msgspec.to_builtins(text))
    return hashlib.sha256(msgspec.json.encode(said, order="deterministic")).hexdigest()


def _said(value: object) -> object:
    if isinstance(value, dict):
        pairs = ((name, _said(inner)) for name, inner in value.items())
        return {name: inner for name, inner in pairs if inner not in (None, [], {})}
    if isinstance(value, list | tuple):
        return [_said(inner) for inner in value]
    return value

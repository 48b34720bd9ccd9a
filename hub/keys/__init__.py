"""A key of its own for each organisation: what it seals is read behind its wall only, and by nobody
once the key is destroyed. What others may use:"""

from hub.keys.actions import (
    arrive,
    end,
    find_ring,
    give_up,
    let_go,
    make_ring,
    open_anew,
    open_ring,
    rotate,
    seal,
    shred,
    unseal,
)
from hub.keys.errors import KeysAway, KeyShredded, KeysRefused, KeyUnknown, SealBroken
from hub.keys.gateway import Keys, find_host
from hub.keys.models import name_at_host, place
from hub.keys.sealing import FORM, OVERHEAD, Ring

__all__ = [
    "FORM",
    "OVERHEAD",
    "KeyShredded",
    "KeyUnknown",
    "Keys",
    "KeysAway",
    "KeysRefused",
    "Ring",
    "SealBroken",
    "arrive",
    "end",
    "find_host",
    "find_ring",
    "give_up",
    "let_go",
    "make_ring",
    "name_at_host",
    "open_anew",
    "open_ring",
    "place",
    "rotate",
    "seal",
    "shred",
    "unseal",
]

"""What can go wrong with the keys of organisations; none of it says anything of a key."""

from hub.core.errors import Busy, Conflict, Gone, HubError


class KeysAway(Busy):
    """The keys of organisations cannot be reached: try again in a moment"""

    code = "keys-away"


class KeysRefused(HubError):
    """Whoever holds the keys of organisations refuses this hub"""

    code = "keys-refused"


class KeyUnknown(HubError):
    """Whoever holds the keys of organisations does not know this one"""

    code = "key-unknown"


class KeyShredded(Gone):
    """The organisation's key was destroyed: nothing that it sealed can be read any more"""

    code = "key-shredded"


class SealBroken(HubError):
    """What was sealed does not open: it was changed, or is of somebody else"""

    code = "seal-broken"


class KeyStands(Conflict):
    """The organisation has a key already"""

    code = "key-stands"

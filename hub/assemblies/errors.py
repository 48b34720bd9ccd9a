"""What can be wrong with a proposal or a vote; each refusal is said in words."""

from hub.core.errors import Conflict, Forbidden, Invalid


class ProposalInvalid(Invalid):
    """This proposal cannot be kept as it is"""

    code = "proposal-invalid"


class TakesEffectTooEarly(Invalid):
    """An agreement never changes what was shared before its vote"""

    code = "takes-effect-too-early"


class NotADraft(Conflict):
    """This proposal can no longer be changed"""

    code = "not-a-draft"


class VoteClosed(Conflict):
    """The vote is not open"""

    code = "vote-closed"


class NotOnTheRoll(Forbidden):
    """Your organisation is not on the roll of this vote"""

    code = "not-on-the-roll"


class BallotTaken(Conflict):
    """This vote belongs to somebody else"""

    code = "ballot-taken"


class ProxyTooMany(Conflict):
    """This member already holds as many proxies as the statute allows"""

    code = "proxy-too-many"


class ProxyInvalid(Invalid):
    """This proxy cannot be given"""

    code = "proxy-invalid"


class MemberOfNothing(Conflict):
    """Your organisation is a member of no federation"""

    code = "member-of-nothing"

"""What can go wrong between organisations and members."""

from hub.core.errors import Conflict, Forbidden, Invalid, NotFound


class OrganisationNotAllowed(Forbidden):
    """You may not open an organisation of this kind"""

    code = "organisation-not-allowed"


class NobodyNew(Conflict):
    """Nobody new begins here: the approval of this hosting is suspended or withdrawn"""

    code = "hosting-halted"


class OrganisationInvalid(Invalid):
    """This organisation cannot be opened as described"""

    code = "organisation-invalid"


class MembersNotYours(Forbidden):
    """Only owners and managers decide who belongs to an organisation"""

    code = "members-not-yours"


class NoAccount(NotFound):
    """No account has this e-mail"""

    code = "no-account"


class RoleUnknown(Invalid):
    """There is no such role"""

    code = "role-unknown"


class AlreadyMember(Conflict):
    """This person is already a member"""

    code = "already-member"


class LastOwner(Conflict):
    """An organisation keeps at least one owner"""

    code = "last-owner"

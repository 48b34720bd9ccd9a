"""What the standard refuses."""

from hub.core.errors import HubError, Invalid, NotFound


class FhirNotSupported(Invalid):
    """This server does not offer that"""

    code = "fhir-not-supported"


class FhirInvalid(Invalid):
    """The search cannot be read"""

    code = "fhir-invalid"


class FhirNotAcceptable(HubError):
    """Only JSON is given here"""

    status = 406
    code = "fhir-not-acceptable"


class FhirUnknown(NotFound):
    """There is no such resource"""

    code = "fhir-unknown"

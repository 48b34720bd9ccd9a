"""What trust brings."""

from hub.core.vertical import Portability, Slice
from hub.trust.reading import sentences

WHY = "published to everybody, of no organisation"

slice = Slice(
    package="hub.trust",
    messages=tuple(sentences()),
    portability=Portability(
        stays=dict.fromkeys(
            ("trust_service", "trust_evidence", "trust_clause", "trust_finding"), WHY
        )
    ),
)

"""What the slice brings."""

from hub.core.vertical import Slice
from verticals.health.fhir import api

slice = Slice(package="verticals.health.fhir", handlers=api.handlers)

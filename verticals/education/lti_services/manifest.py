"""What the slice brings."""

from hub.core.vertical import Slice
from verticals.education.lti_services import api

slice = Slice(package="verticals.education.lti_services", handlers=api.handlers)

"""What portability brings: the functions that read and write whole tenants."""

from hub.core.vertical import Slice

slice = Slice(package="hub.portability")

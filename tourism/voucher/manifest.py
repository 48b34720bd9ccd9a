"""What the voucher brings."""

from hub.core.vertical import Slice
from tourism.voucher import pages

slice = Slice(package="tourism.voucher", handlers=pages.handlers)

"""What quoting brings. Its table stands in the schema of booking, where it was released."""

from hub.core.vertical import Slice
from tourism.quoting import api, pages

slice = Slice(
    package="tourism.quoting",
    handlers=(api.make_quote, api.see_quote, *pages.handlers),
    messages=("commune", "département", "région"),
)

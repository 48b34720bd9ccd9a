"""The desk's pages: the list, one booking, walk-ins, and the guest's messages."""

from tourism.desk.pages import listing, messages, stay, walkin

handlers = (*listing.handlers, *stay.handlers, *walkin.handlers, *messages.handlers)

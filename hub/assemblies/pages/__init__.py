"""The pages of assemblies."""

from hub.assemblies.pages import departing, editing, showing, voting

handlers = (*departing.handlers, *editing.handlers, *showing.handlers, *voting.handlers)

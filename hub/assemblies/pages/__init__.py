"""The pages of assemblies."""

from hub.assemblies.pages import editing, showing, voting

handlers = (*editing.handlers, *showing.handlers, *voting.handlers)

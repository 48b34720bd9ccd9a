"""The pages of onboarding."""

from tourism.onboarding.pages import house, overview, selling

handlers = (*overview.handlers, *house.handlers, *selling.handlers)

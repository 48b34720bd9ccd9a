"""The pages of onboarding."""

from tourism.onboarding.pages import control, house, overview, selling

handlers = (*overview.handlers, *house.handlers, *control.handlers, *selling.handlers)

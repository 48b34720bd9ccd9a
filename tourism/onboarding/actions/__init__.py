"""The verbs of onboarding."""

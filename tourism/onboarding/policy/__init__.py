"""The decisions of onboarding, pure."""

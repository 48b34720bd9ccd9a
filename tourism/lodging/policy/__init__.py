"""The decisions of lodging, pure: stars, what a house may say, registration and its limits."""

from tourism.lodging.policy.stars import stars_last_shown, stars_shown, stars_today

__all__ = ["stars_last_shown", "stars_shown", "stars_today"]

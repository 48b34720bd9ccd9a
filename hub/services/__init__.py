"""A region launches a vertical for its territory: sandbox, trial, production, and the way out."""

from hub.services.actions.hosted import check_begun, check_kept

__all__ = ["check_begun", "check_kept"]

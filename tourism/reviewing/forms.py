"""The forms of reviews."""

from collections.abc import Mapping

from tourism.reviewing.errors import ReviewInvalid
from tourism.reviewing.models import DecideReport, Reason, ReportReview, WriteReview

FormValues = Mapping[str, str]


def read_review(form: FormValues, language: str) -> WriteReview:
    """What a guest says. Raises `ReviewInvalid` with its `field`."""
    score = form.get("score", "")
    if score not in {"1", "2", "3", "4", "5"}:
        raise ReviewInvalid("Choose a score from 1 to 5.", field="score")
    return WriteReview(score=int(score), text=form.get("text", ""), language=language)


def read_report(form: FormValues) -> ReportReview:
    """What is wrong with a review. Raises `ReviewInvalid` with its `field`."""
    return ReportReview(reason=_reason(form), words=form.get("words", ""))


def read_decision(form: FormValues) -> DecideReport:
    """What is decided. Raises `ReviewInvalid` with its `field`."""
    remove = form.get("act") == "remove"
    return DecideReport(
        remove=remove, reason=_reason(form) if remove else None, words=form.get("words", "")
    )


def _reason(form: FormValues) -> Reason:
    try:
        return Reason(form.get("reason", ""))
    except ValueError:
        raise ReviewInvalid("Choose a reason.", field="reason") from None

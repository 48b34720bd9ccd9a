"""Whether rules may be an agreement, as one error that names every mistake and its place."""

from datetime import date

from hub.agreements.errors import RuleInvalid
from hub.agreements.vocabularies import vocabularies
from hub.core.i18n import catalogue
from hub.rules import Fault, Names, RuleText, check_rules


def validate(text: RuleText, *, as_of: date, names: Names | None = None) -> None:
    """Raise `RuleInvalid` for anything that would widen or hide a rule, or that has no words."""
    vocabulary = vocabularies().get(text.vocabulary)
    if vocabulary is None:
        raise RuleInvalid(f"There is no vocabulary {text.vocabulary!r}.")
    checked = check_rules(text, vocabulary, as_of=as_of, names=names or {})
    if checked.faults:
        raise refusal(checked.faults)


def refusal(faults: tuple[Fault, ...]) -> RuleInvalid:
    """The error that names them; its `faults` have line, column and words."""
    words = catalogue("en")
    told = [
        {
            "line": fault.line,
            "column": fault.column,
            "message": fault.say(words.gettext(fault.message)),
        }
        for fault in faults
    ]
    first = told[0]
    return RuleInvalid(
        f"Line {first['line']}, column {first['column']}: {first['message']}", faults=told
    )

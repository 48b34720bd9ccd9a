"""What the slice brings."""

from hub.core.vertical import NavItem, Slice
from verticals.education.authoring.pages import leading, questions, writing

slice = Slice(
    package="verticals.education.authoring",
    handlers=(*leading.handlers, *writing.handlers, *questions.handlers),
    nav=(NavItem(label="Cours", path=leading.HOME, organisation_kinds=("school",), rank=40),),
)

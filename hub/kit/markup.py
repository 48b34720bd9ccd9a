"""What of a page's accessibility can be seen without a browser."""

from collections.abc import Iterator
from html.parser import HTMLParser

import msgspec

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
UNLABELLED = frozenset({"hidden", "submit", "button", "image", "reset"})
Attributes = dict[str, str]


class _Element(msgspec.Struct):
    tag: str
    attributes: Attributes
    line: int
    text: str = ""
    named: bool = False


class Markup(HTMLParser):
    """Reads a page, or a template whose code was taken out, and notes its faults by line."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[tuple[int, str]] = []
        self.headings: list[tuple[int, int]] = []
        self.language = ""
        self.title = ""
        self.landmarks: set[str] = set()
        self._open: list[_Element] = []
        self._fields: list[_Element] = []
        self._labels: set[str] = set()

    def read(self, text: str) -> list[tuple[int, str]]:
        self.feed(text)
        self.close()
        for field in self._fields:
            if field.attributes.get("id", "") not in self._labels:
                name = field.attributes.get("name", "?")
                self._fault(field.line, f"the field {name} has no label")
        self.faults += _levels(self.headings)
        return sorted(set(self.faults))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = _Element(tag, {name: value or "" for name, value in attrs}, self.getpos()[0])
        self._notice(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = _Element(tag, {name: value or "" for name, value in attrs}, self.getpos()[0])
        self._notice(element)

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def handle_endtag(self, tag: str) -> None:
        if not any(element.tag == tag for element in self._open):
            return
        while self._open:
            element = self._open.pop()
            self._leave(element)
            if element.tag == tag:
                return

    def _notice(self, element: _Element) -> None:
        tag, has, line = element.tag, element.attributes, element.line
        if tag == "html":
            self.language = has.get("lang", "")
        if tag in {"main", "nav", "header", "footer"}:
            self.landmarks.add(tag)
        if tag == "img" and "alt" not in has:
            self._fault(line, "the picture has no alt (an empty one when it only adorns)")
        if tag in {"img", "svg"} and has.get("alt", has.get("aria-label", "")):
            for outer in self._open:
                outer.named = True
        if tag in {"input", "select", "textarea"} and has.get("type", "text") not in UNLABELLED:
            self._notice_field(element)
        if tag == "label" and has.get("for"):
            self._labels.add(has["for"])
        if "style" in has or tag == "style":
            self._fault(line, "style stands in the style sheet, never in the page")
        if any(name.startswith("on") for name in has):
            self._fault(line, "no script in attributes: the policy refuses it")
        if tag == "script" and "src" not in has:
            self._fault(line, "no script in the page: the policy refuses it")
        if has.get("tabindex", "0").isdigit() and int(has.get("tabindex", "0")) > 0:
            self._fault(line, "a tabindex above 0 breaks the order of the keyboard")
        if tag == "a" and "href" in has and has["href"] == "":
            self._fault(line, "the link leads nowhere")

    def _notice_field(self, element: _Element) -> None:
        inside = any(outer.tag == "label" for outer in self._open)
        if not inside and not element.attributes.keys() & {"aria-label", "aria-labelledby"}:
            self._fields.append(element)

    def _leave(self, element: _Element) -> None:
        tag, line = element.tag, element.line
        named = element.named or element.text.strip()
        named = named or element.attributes.keys() & {"aria-label", "aria-labelledby", "title"}
        if tag in {"a", "button"} and not named:
            self._fault(line, f"the {'link' if tag == 'a' else 'button'} has no name")
        if tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
            self.headings.append((line, int(tag[1])))
            if not element.text.strip():
                self._fault(line, "the heading is empty")
        if tag == "title":
            self.title = self.title or element.text.strip()

    def _fault(self, line: int, says: str) -> None:
        self.faults.append((line, says))


def _levels(headings: list[tuple[int, int]]) -> Iterator[tuple[int, str]]:
    before = 0
    for line, level in headings:
        if before and level > before + 1:
            yield line, f"a heading of level {level} follows one of level {before}"
        before = level


def read_page(text: str) -> list[tuple[int, str]]:
    """The faults of a whole page, by line."""
    markup = Markup()
    faults = markup.read(text)
    if not markup.language:
        faults.append((1, "the page does not say its language"))
    if not markup.title.split("·")[0].strip():
        faults.append((1, "the page has no title of its own"))
    if [level for _, level in markup.headings].count(1) != 1:
        faults.append((1, "a page has one heading of level 1"))
    if "main" not in markup.landmarks:
        faults.append((1, "the page has no main part"))
    return sorted(faults)

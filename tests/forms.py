"""A form filled in as a browser would, one field wrong at a time, and what its page must answer:
the message beside that field and nothing typed lost."""

from collections import Counter
from collections.abc import Iterable, Mapping
from fnmatch import fnmatch

import httpx
import msgspec
from litestar.testing import AsyncTestClient
from lxml import html

from tests.people import HTML

Typed = str | tuple[str, ...]
# What the page gives anew each time, and nobody types.
TOKENS = {"_csrf_token", "idempotency_key"}


class Mistake(msgspec.Struct, frozen=True):
    """A wrong value of one field: its name, what is typed, the message in French. `beside` names
    the field that must be corrected where it is another one; `also` is what is typed with it."""

    wrong: str
    typed: Typed
    message: str
    beside: str = ""
    also: Mapping[str, Typed] = {}
    status: int = 400


class Form(msgspec.Struct, frozen=True):
    """A form as its template writes it, `desk/booking.html /pro/bookings/{}`; what a person types
    into it; its mistakes; and `never`, the fields that cannot be wrong, each with the reason (a
    star stands for a number). Names that a page numbers are filled in by the test: `{price}`."""

    key: str
    typed: Mapping[str, Typed]
    mistakes: tuple[Mistake, ...]
    never: Mapping[str, str] = {}

    def named(self, **names: str) -> "Form":
        """The form with the names that its page has given: `{double}` becomes the room's number."""

        def fill(text: str) -> str:
            return text.format_map(names) if "{" in text else text

        def filled(value: Typed) -> Typed:
            return fill(value) if isinstance(value, str) else tuple(map(fill, value))

        def both(typed: Mapping[str, Typed]) -> dict[str, Typed]:
            return {fill(name): filled(value) for name, value in typed.items()}

        return Form(
            key=self.key,
            typed=both(self.typed),
            never={fill(name): why for name, why in self.never.items()},
            mistakes=tuple(
                msgspec.structs.replace(
                    one,
                    wrong=fill(one.wrong),
                    typed=filled(one.typed),
                    beside=fill(one.beside),
                    also=both(one.also),
                )
                for one in self.mistakes
            ),
        )


def read_form(text: str, action: str, *, number: int = 0) -> html.FormElement:
    """The form of a page that is sent to `action`; `number` of several."""
    found = [
        one
        for one in html.fromstring(text).forms
        if (one.get("action") or "").partition("#")[0] == action
    ]
    assert len(found) > number, (action, text)
    return found[number]


def controls_of(form: html.FormElement, name: str | None = None) -> list[html.HtmlElement]:
    """What is typed or chosen in a form: no hidden values, no buttons, nothing without a name."""
    return [
        one
        for one in form.inputs
        if one.get("name")
        and (name is None or one.get("name") == name)
        and (one.tag != "input" or one.type not in {"hidden", "submit", "button", "file"})
    ]


def values_of(form: html.FormElement) -> list[tuple[str, str]]:
    """What a browser would send, the page's own tokens aside."""
    return [(name, value) for name, value in form.form_values() if name not in TOKENS]


def fill(form: html.FormElement, typed: Mapping[str, Typed], wrong: str) -> list[tuple[str, str]]:
    """A form's values with other ones typed. Whatever is typed, but for what is wrong on purpose,
    must be possible in a browser: the field is there, and offers the choice."""
    sent = values_of(form)
    for name, value in typed.items():
        found = [one for one in form.inputs if one.get("name") == name]
        assert found or name == wrong, f"no field {name}"
        chosen = (value,) if isinstance(value, str) else value
        if name != wrong:
            assert all(offers(found, one) for one in chosen), (name, chosen)
        sent = [pair for pair in sent if pair[0] != name]
        sent += [(name, one) for one in chosen]
    return sent


def offers(controls: Iterable[html.HtmlElement], value: str) -> bool:
    """Whether a browser can send this value of a field."""
    for one in controls:
        if one.tag == "select":
            if value in one.value_options:
                return True
        elif one.tag == "input" and one.checkable:
            if one.get("value", "on") == value:
                return True
        else:
            return True
    return False


async def check_mistakes(
    visitor: AsyncTestClient,
    form: Form,
    shown: str,
    action: str,
    *,
    number: int = 0,
    whole: bool = True,
) -> None:
    """Make every mistake of a form of the page `shown` and look at what is answered. Every field
    into which something can be typed is wrong once, or is said never to be."""
    page = await visitor.get(shown, headers=HTML)
    assert page.status_code == 200, page.text
    written = read_form(page.text, action, number=number)
    if whole:
        names = {one.get("name") for one in controls_of(written)}
        made = {one.wrong for one in form.mistakes}
        never = {name for name in names if any(fnmatch(name, one) for one in form.never)}
        assert not names - made - never, (form.key, "never wrong:", names - made - never)
    faults: list[str] = []
    for mistake in form.mistakes:
        typed = {**form.typed, **mistake.also, mistake.wrong: mistake.typed}
        sent = fill(written, typed, mistake.wrong)
        answer = await submit(visitor, written, action, sent)
        try:
            assert_told(answer, action, sent, mistake, number=number)
        except AssertionError as error:
            faults.append(f"{mistake.wrong} = {mistake.typed!r:.60}: {error!s:.900}")
    assert not faults, "\n".join([form.key, *faults])


async def submit(
    visitor: AsyncTestClient, form: html.FormElement, action: str, sent: list[tuple[str, str]]
) -> httpx.Response:
    """Send a form as its method says."""
    tokens = [pair for pair in form.form_values() if pair[0] in TOKENS]
    data: dict[str, list[str]] = {}
    for name, value in [*tokens, *sent]:
        data.setdefault(name, []).append(value)
    if form.method == "GET":
        return await visitor.get(action, params=data, headers=HTML)
    return await visitor.post(action, data=data, headers=HTML)


def assert_told(
    answer: httpx.Response,
    action: str,
    sent: list[tuple[str, str]],
    mistake: Mistake,
    *,
    number: int = 0,
) -> None:
    """The answered page says what is wrong beside the field, to eyes and to a screen reader, and
    keeps everything else as it was typed."""
    assert answer.status_code == mistake.status, (answer.status_code, answer.text[:2_000])
    form = read_form(answer.text, action, number=number)
    assert_beside(form, mistake.beside or mistake.wrong, mistake.message)
    name = mistake.wrong
    after = Counter(values_of(form))
    before = Counter(sent)
    kept = offers(controls_of(form, name), mistake.typed) if isinstance(mistake.typed, str) else 0
    if not kept:  # a choice that the page does not offer cannot be shown
        after = Counter({pair: n for pair, n in after.items() if pair[0] != name})
        before = Counter({pair: n for pair, n in before.items() if pair[0] != name})
    assert after == before, {"lost": before - after, "appeared": after - before}


def assert_beside(form: html.FormElement, name: str, message: str) -> None:
    """The named field is marked as wrong and described by an element beside it that holds the
    message; nothing else of the form is marked but what the same message describes."""
    document = form.getroottree()
    ids = Counter(document.xpath("//@id"))
    wrong = [one for one in controls_of(form) if one.get("aria-invalid") == "true"]
    assert name in {one.get("name") for one in wrong}, (name, "marked:", [w.name for w in wrong])
    for control in wrong:
        told = [
            one
            for id in control.get("aria-describedby", "").split()
            for one in document.xpath("//*[@id=$id]", id=id)
            if message == " ".join(one.text_content().split())
        ]
        assert told, (control.get("name"), control.get("aria-describedby"), _messages(form))
        [said] = told
        assert ids[said.get("id")] == 1, f"the id {said.get('id')} stands twice"
        assert control in _around(said).iterdescendants(), f"{message!r} is not beside the field"


def _around(element: html.HtmlElement) -> html.HtmlElement:
    """The field or the group of fields in which an element stands."""
    for one in element.iterancestors():
        if one.tag == "fieldset" or {"field", "fields"} & set(one.get("class", "").split()):
            return one
        if one.tag == "form":
            break
    raise AssertionError("the message stands beside no field")


def _messages(form: html.FormElement) -> list[str]:
    return [" ".join(one.text_content().split()) for one in form.find_class("error")]

"""What cannot be asked of calendars of prices is refused in words, and the form loses nothing."""

import pytest
from litestar.testing import AsyncTestClient

HTML = {"accept": "text/html", "accept-language": "fr"}
MENDE = {"place": "commune:48095", "radius": "0", "adults": "2"}
MAY = {"arrival": "2027-05-20", "departure": "2027-05-22"}
REVERSED = {"arrival": "2027-05-22", "departure": "2027-05-20"}
HTML_TEXT = "<script>alert(1)</script>"


@pytest.mark.parametrize("path", ["/dates", "/dates-souples"])
@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (REVERSED, "Le départ doit être après l&#39;arrivée."),
        ({"arrival": "2027-05-20", "departure": "2027-12-06"}, "Un séjour a au plus 28 nuits."),
        ({"arrival": "2027-05-20", "nights": "200"}, "Un séjour a au plus 28 nuits."),
        ({**MAY, "adults": "60"}, "personnes"),
        ({"adults": "60"}, "personnes"),
        ({**MAY, "adults": "2", "rooms": "40"}, "chambres"),
        ({"arrival": "2020-01-01", "nights": "2"}, "L&#39;arrivée est dans le passé."),
        ({"arrival": HTML_TEXT, "nights": "2"}, "Donnez une date"),
        ({**MAY, "stars": HTML_TEXT}, "nombre entier"),
        ({**MAY, "kind": HTML_TEXT}, "Ce choix n&#39;est pas proposé."),
    ],
)
async def test_what_cannot_be_asked_is_refused_in_words(
    visitor: AsyncTestClient, path: str, asked: dict[str, str], said: str
) -> None:
    page = await visitor.get(path, params=MENDE | asked, headers=HTML)
    assert page.status_code == 400
    assert said in page.text.partition('id="problem"')[2].partition("</div>")[0], page.text
    assert 'value="commune:48095"' in page.text
    assert HTML_TEXT not in page.text
    for name in ("arrival", "departure"):
        if asked.get(name, "").startswith("20"):
            assert f'value="{asked[name]}"' in page.text


@pytest.mark.parametrize("path", ["/dates", "/dates-souples"])
@pytest.mark.parametrize(
    ("place", "status"),
    [
        ("box:-20.0,179.0,-10.0,-179.0", 400),  # over the date line
        ("box:45.0,3.0,44.0,4.0", 400),  # the south in the north
        (f"commune:{HTML_TEXT}", 404),
        ("commune:' or 1=1 --", 404),
        ("planet:earth", 400),
    ],
)
async def test_odd_places_have_a_clear_answer(
    visitor: AsyncTestClient, path: str, place: str, status: int
) -> None:
    page = await visitor.get(path, params={"place": place, **MAY}, headers=HTML)
    assert page.status_code == status, page.text
    assert HTML_TEXT not in page.text
    if status != 200:
        assert 'id="problem"' in page.text


@pytest.mark.parametrize("path", ["/dates", "/dates-souples"])
async def test_a_text_that_names_nothing_is_shown_again_as_it_was_typed(
    visitor: AsyncTestClient, path: str
) -> None:
    page = await visitor.get(path, params={"text": HTML_TEXT, **MAY}, headers=HTML)
    assert page.status_code == 404
    assert 'value="&lt;script&gt;alert(1)&lt;/script&gt;"' in page.text
    assert HTML_TEXT not in page.text
    none = await visitor.get(path, params={"adults": "2"}, headers=HTML)
    assert none.status_code in {400, 404}
    assert 'id="problem"' in none.text

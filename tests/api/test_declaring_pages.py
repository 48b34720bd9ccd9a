"""The operator prepares a declaration and notes where it went; a house says who it is."""

import re
from datetime import timedelta

from litestar.testing import AsyncTestClient

from hub.core.clock import DrivenClock
from tests.api.conftest import SignIn
from tests.people import read, send

HERE, SELLER = "/pro/declarations", "/pro/seller"
FILE: dict[str, object] = {
    "person": "no", "name": "Hôtel du <lac>", "address": "2 quai de l'Île", "country": "fr",
    "tax_number": "732 829 320", "vat_number": "", "born_on": "", "born_at": "",
}  # fmt: skip


async def test_a_declaration_is_prepared_downloaded_and_its_sending_noted_once(
    visitor: AsyncTestClient, sign_in: SignIn, clock: DrivenClock
) -> None:
    clock.forward(timedelta(days=60))
    await sign_in("exploitant")
    status, page = await read(visitor, HERE)
    assert (status, "Prochain versement" in page) == (200, True)
    assert (await send(visitor, f"{HERE}/tourist-tax", {}, shown=HERE)).status_code == 303
    status, page = await read(visitor, HERE)
    assert "Tout ce qui a été encaissé est déclaré." in page
    found = re.search(rf'href="({HERE}/[0-9a-f-]+/file)"', page)
    assert found
    answer = await visitor.get(found.group(1))
    assert answer.text.splitlines()[0].startswith("\ufeffarrivee;depart;")
    sent = found.group(1).replace("/file", "/sent")
    assert (await send(visitor, sent, {"to": "<DGFiP>"}, shown=HERE)).status_code == 303
    status, page = await read(visitor, HERE)
    assert "à &lt;DGFiP&gt;." in page
    assert (await send(visitor, sent, {"to": "autre"}, shown=HERE)).status_code == 409
    await sign_in("hotelier")
    assert (await read(visitor, HERE))[0] == 403
    assert (await visitor.get(found.group(1))).status_code == 403


async def test_a_house_says_who_it_is_and_what_was_wrong_is_kept_beside_its_field(
    visitor: AsyncTestClient, sign_in: SignIn
) -> None:
    await sign_in("hotelier")
    status, page = await read(visitor, SELLER)
    assert (status, "Fiche fiscale" in page) == (200, True)
    wrong = await send(visitor, SELLER, {**FILE, "tax_number": "732 829 321"}, shown=SELLER)
    assert wrong.status_code == 400
    assert 'id="error-tax_number"' in wrong.text
    assert "Hôtel du &lt;lac&gt;" in wrong.text
    kept = await send(visitor, SELLER, FILE, shown=SELLER)
    assert kept.status_code == 303
    status, page = await read(visitor, SELLER)
    assert 'value="732829320"' in page
    await sign_in("office")
    assert (await read(visitor, SELLER))[0] == 403

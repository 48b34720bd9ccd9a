"""A town of the tests, opened by the operator."""

import uuid

from litestar.testing import AsyncTestClient

from tests.people import send, text_of


async def open_town(visitor: AsyncTestClient, number: int = 7, commune: str = "48095") -> int:
    """An organisation of Mende's, or another commune's, opened by the operator who is signed in and
    acts for it from now on; another number is another organisation."""
    opened = await visitor.post(
        "/api/v1/organisations",
        json={"kind": "town", "name": "Ville de Mende"},
        headers={"idempotency-key": str(uuid.UUID(int=number))},
    )
    assert opened.status_code == 201, opened.text
    space = opened.json()["id"]
    chosen = await visitor.put("/api/v1/sessions/current", json={"organisation": space})
    assert chosen.status_code == 200, chosen.text
    refused = await send(visitor, "/ma-ville", {"commune": "00000"}, shown="/ma-ville")
    assert refused.status_code == 400
    assert 'id="error-commune"' in refused.text
    kept = await send(visitor, "/ma-ville", {"commune": commune}, shown="/ma-ville")
    assert kept.status_code == 303, text_of(kept)
    return space

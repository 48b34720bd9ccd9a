"""A space of the demonstration's region, and people who are in it."""

import base64
import json
import re
import uuid
from itertools import count

import httpx
import msgspec
from litestar.testing import AsyncTestClient

from hub.core.db import Database
from hub.core.settings import Settings
from hub.core.vertical import Task
from tests.exits import ask_database
from tests.people import HTML, LONG_ENOUGH, read, send, sign_up

NEW = "/spaces/new"
SAID = {
    "name": "Hébergeurs de la Lozère",
    "about": "S'entraider entre voisins.",
    "rules": "Ni publicité, ni adresse privée.",
    "moderation": "after",
    "admits": "invited",
}
_keys = count(1)


def key() -> str:
    """A form's key that no other form of a test has."""
    return str(uuid.UUID(int=next(_keys)))


async def open_space(visitor: AsyncTestClient, **fields: str) -> str:
    """Open a space as who is signed in; its page."""
    answer = await send(visitor, NEW, {"idempotency_key": key(), **SAID, **fields}, shown=NEW)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def be(visitor: AsyncTestClient, name: str) -> None:
    """Be signed in as somebody who has signed up already."""
    visitor.cookies.clear()
    body = {"email": email_of(name), "password": LONG_ENOUGH}
    assert (await visitor.post("/api/v1/sessions", json=body)).status_code in {200, 201}


def email_of(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@example.fr"


async def people(visitor: AsyncTestClient, *names: str) -> None:
    """These have accounts."""
    for name in names:
        await sign_up(visitor, name)


async def invite(
    visitor: AsyncTestClient, space: str, name: str, role: str = "member"
) -> httpx.Response:
    """Let somebody in, as who is signed in."""
    fields = {"email": email_of(name), "role": role}
    return await send(visitor, f"{space}/members", fields, shown=f"{space}/members")


async def write(visitor: AsyncTestClient, space: str, title: str, body: str = "Bonjour.") -> str:
    """Write a message; its page."""
    fields = {"idempotency_key": key(), "title": title, "body": body}
    answer = await send(visitor, f"{space}/posts", fields, shown=space)
    assert answer.status_code == 303, answer.text
    return await post_of(visitor, space, title)


async def post_of(visitor: AsyncTestClient, space: str, title: str) -> str:
    """The page of a message that the space shows."""
    _, text = await read(visitor, space)
    found = re.search(rf'href="({space}/posts/[0-9a-f-]+)">{title}</a>', text)
    assert found, text
    return found.group(1)


async def status_of(visitor: AsyncTestClient, path: str) -> int:
    return (await visitor.get(path, headers=HTML)).status_code


async def letters_to(settings: Settings, name: str) -> set[str]:
    """What the letters of the space are about that somebody was written."""
    found = await ask_database(
        settings,
        "select array_agg(distinct subject) from mail where recipient = $1",
        email_of(name),
    )
    return {str(one).rpartition(" : ")[2] for one in (found if isinstance(found, list) else [])}


async def work(database: Database, settings: Settings, task: Task) -> list[msgspec.Struct]:
    """Do what waits for a task, and take it off the queue; what was done."""
    taken = await ask_database(
        settings,
        "with gone as (delete from pgmq.q_celery"
        " where message::jsonb #>> '{headers,task}' = $1 returning msg_id, message)"
        " select array_agg(message #>> '{body}' order by msg_id) from gone",
        task.name,
    )
    done: list[msgspec.Struct] = []
    for body in taken if isinstance(taken, list) else []:
        said = json.loads(base64.b64decode(body))[1]
        message = msgspec.convert(said["message"], task.message_type)
        await task.run(database, said["tenant"], message)
        done.append(message)
    return done

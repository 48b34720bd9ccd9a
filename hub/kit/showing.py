"""`hub vertical show NAME`: everything runs, with somebody to sign in as."""

import sys

from hub import identity, run
from hub.app import compose, open_database
from hub.core.settings import Settings
from hub.identity import hash_password
from hub.kit.reading import Subject
from hub.kit.world import open_example

PASSWORD = "demonstration"  # noqa: S105  of an example, told to whoever starts it


def show(subject: Subject, settings: Settings) -> int:
    """Run the hub in the foreground with the vertical's example in it, made once."""

    async def prepare(served: Settings) -> None:
        await run.migrate_all(served)
        await _open_once(subject, served)

    def tell(served: Settings) -> None:
        email, path = _email(subject), _first_page(subject)
        sys.stdout.write(
            f"\n  {served.public_url}{path}\n  sign in as {email} with {PASSWORD}\n"
            "  Ctrl-C stops everything; the data stay.\n\n"
        )
        sys.stdout.flush()

    return run.up(settings, before=prepare, on_ready=tell)


async def _open_once(subject: Subject, settings: Settings) -> None:
    example, email = subject.vertical.example, _email(subject)
    database = await open_database(settings, compose())
    try:
        async with database.transaction() as tx:
            known = await identity.find_person_by_email(tx, email)
        if known is None and example is not None:
            await open_example(example, database, email, await hash_password(PASSWORD))
    finally:
        await database.close()


def _email(subject: Subject) -> str:
    return f"{subject.vertical.code}@example.org"


def _first_page(subject: Subject) -> str:
    items = [item for slice in subject.vertical.slices for item in slice.nav]
    return min(items, key=lambda item: item.rank).path if items else "/"

"""The command `hub`: run everything, or one part on one of several machines."""

import argparse
import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

import msgspec

from hub import errands, nights, run
from hub.app import compose
from hub.audit import own_chain
from hub.backups import command as backups
from hub.core.errors import HubError, Invalid
from hub.core.log import set_up_logs
from hub.core.postgres import PostgresError
from hub.core.settings import Settings, read_settings
from hub.hosting import command as hosting
from hub.invoices import outside
from hub.kit import command as kit
from hub.probes import Restored


class NothingNamed(Invalid):
    """The command needs a name"""

    code = "nothing-named"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; what goes wrong is told in one sentence."""
    options = _parser().parse_args(arguments)
    set_up_logs(json=not sys.stderr.isatty() and os.environ.get("HUB_LOG") != "text")
    try:
        return options.act(options) or 0
    except (HubError, PostgresError) as error:
        print(f"hub: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hub", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(
        name: str, help: str, act: Callable[[argparse.Namespace], int | None]
    ) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=help, description=help)
        added.set_defaults(act=act)
        return added

    command("up", "database, web, worker: everything, in the foreground", _up)
    command("web", "the web application", lambda _: run.web(read_settings()))
    command("worker", "the worker of background tasks", lambda _: run.worker(read_settings()))
    for vertical in compose().verticals:
        for process in vertical.processes:
            command(process.name, process.help, partial(_process, process.run))
    shell = command("psql", "PostgreSQL's shell on the database, also while all runs", _psql)
    shell.add_argument("words", nargs="*", metavar="ARGUMENT", help="psql's own, after --")
    command("migrate", "bring the database to this version's schema", _migrate)
    seed = command("seed", "fill an empty database with the national demonstration", _seed)
    seed.add_argument("--departments", default="", help="only these, such as 74,05 (default: all)")
    demo = command("demo", "the demonstration: migrate, seed once, run everything", _demo)
    demo.add_argument("what", nargs="?", choices=["up", "accounts"], default="up")
    demo.add_argument("--departments", default="", help="only these, such as 74,05 (default: all)")
    do = command("do", "a command of an installed vertical; without a name: list them", _do)
    do.add_argument("words", nargs="*", metavar="VERTICAL NAME ARGUMENT")
    audit = command("audit", "verify, export, or check from outside the record of acts", _audit)
    audit.add_argument("what", choices=["verify", "export", "check"])
    audit.add_argument("file", type=Path, nargs="?", help="to write, or to check")
    audit.add_argument(
        "--organisation", type=int, help="its own chain (default: the hub's, with everybody's acts)"
    )
    audit.add_argument(
        "--among-all", action="store_true", help="its acts within the hub's chain, of others hashes"
    )
    audit.add_argument("--older", type=Path, help="an older file, of which nothing may differ")
    billing = command("billing", "check invoices and journal as they were taken away", _billing)
    billing.add_argument("what", choices=["verify"])
    billing.add_argument(
        "files", nargs="+", type=Path, help="yearly archives, or the folder of one export"
    )
    _add_leaving(command)
    measure = command("probes", "measure a service now, and rehearse leaving it", _probes)
    measure.add_argument("service", help="its code")
    measure.add_argument(
        "--sample", type=int, help="the organisation with which leaving is rehearsed"
    )
    lost = command("forget-second-factor", "take a person's lost second factor away", _forget)
    lost.add_argument("email")
    _add_backups(command)
    _add_zones(command)
    _add_vertical(command)
    rules = command(
        "agreements", "check, format, explain or replay what members agreed", _agreements
    )
    rules.add_argument("what", choices=["check", "format", "explain", "replay"])
    rules.add_argument("given", help="a file, or the address of a shared booking's verification")
    rules.add_argument("--language", choices=["fr", "en"], default="fr")
    rules.add_argument("--vocabulary", default="tourism")
    return parser


def _add_leaving(command: Callable[..., argparse.ArgumentParser]) -> None:
    leave = command("export", "write everything of an organisation, or of a person", _export)
    leave.add_argument("--person", metavar="EMAIL", help="of this account, over all organisations")
    leave.add_argument("organisation", type=int, nargs="?", help="its number")
    leave.add_argument(
        "folder", type=Path, help="a new one, or an earlier export to bring up to date"
    )
    erase = command(
        "erase", "erase an organisation that was exported; writes a certificate", _erase
    )
    erase.add_argument("organisation", type=int, help="its number")
    erase.add_argument("folder", type=Path, help="its export, up to date")
    hold = command(
        "hold", "keep everything of an organisation, as was ordered, or no longer", _hold
    )
    hold.add_argument("organisation", type=int, help="its number")
    hold.add_argument("--why", help="the order: of whom, and its number")
    hold.add_argument(
        "--lift", action="store_true", help="it is over; --why says which, where there are several"
    )
    shred = command("keys", "destroy the keys that an organisation which has gone left", _keys)
    shred.add_argument("what", choices=["shred"])
    shred.add_argument("organisation", type=int, help="its number")
    arrive = command("import", "take in an organisation that another hub exported", _import)
    arrive.add_argument("folder", type=Path)


def _add_backups(command: Callable[..., argparse.ArgumentParser]) -> None:
    backup = command("backup", "copy the whole database into a folder while it works", _backup)
    backup.add_argument("folder", type=Path)
    backup.add_argument(
        "--follow", action="store_true", help="a copy each day and every change, until stopped"
    )
    backup.add_argument("--keep", type=int, default=7, help="how many copies (default 7)")
    backup.add_argument(
        "--to",
        default=os.environ.get("HUB_BACKUPS_TO"),
        help="also to s3://BUCKET/PREFIX?endpoint=… (default: HUB_BACKUPS_TO)",
    )
    again = command("restore", "bring a backup back into an empty HUB_DATA", _restore)
    again.add_argument("folder", help="or where it was sent: s3://BUCKET/PREFIX?endpoint=…")
    again.add_argument("--until", help="an instant: 2026-11-27T01:02:03Z (default: all there is)")
    rehearse = command(
        "rehearse-restore", "restore the backups beside the service, and write down how", _rehearse
    )
    rehearse.add_argument("folder", help="or s3://BUCKET/PREFIX?endpoint=…")
    rehearse.add_argument("--sites", type=int, default=1, help="how many sites hold the backups")
    restored = command("restored", "write down that a backup was restored, and how", _restored)
    for name, what in (("rpo", "seconds lost"), ("rto", "seconds until it served again")):
        restored.add_argument(name, type=int, help=what)
    restored.add_argument("sites", type=int, help="how many sites hold the backups")
    restored.add_argument("--broken", action="store_true", help="an invariant did not hold")


def _add_zones(command: Callable[..., argparse.ArgumentParser]) -> None:
    zones = command("zones", "where organisations may live, and what keeps services out", _zones)
    zones.add_argument("--measure", action="store_true", help="also what each of them holds now")
    move = command("move", "move an organisation to another zone, step by step", _move)
    move.add_argument("organisation", type=int, help="its number")
    move.add_argument("zone")
    move.add_argument("step", choices=hosting.STEPS)
    move.add_argument("--folder", type=Path, help="for both exports (default: in HUB_DATA)")
    files = command("files", "the archives where HUB_FILES says, or why they do not answer", _files)
    files.add_argument(
        "prefix", nargs="?", default="exits/", help="exits/, exports/ or withdrawals/"
    )
    command("exits", "make the archives of who leaves, and erase whose time has come", _exits)
    command("exports", "make the exports that organisations asked for, end old ones", _exports)
    command("move-out", "help everybody away from withdrawn providers, as far as now", _move_out)
    command("night", "rehearse leaving and restoring, where that is due", _night)


def _add_vertical(command: Callable[..., argparse.ArgumentParser]) -> None:
    says = "new: write one that works; show: serve it; check: hold it to the rules"
    vertical = command("vertical", says, _vertical)
    vertical.add_argument("what", choices=["new", "show", "check"])
    vertical.add_argument("name")
    vertical.add_argument("folder", nargs="?", type=Path, help="where a new one goes: ./NAME")


def _up(options: argparse.Namespace) -> int:
    del options
    return run.up(read_settings(), before=run.migrate_all)


def _process(act: Callable[[Settings], int], options: argparse.Namespace) -> int:
    del options
    return act(read_settings())


def _migrate(options: argparse.Namespace) -> None:
    del options
    with run.served_database(read_settings()) as settings:
        for name in asyncio.run(run.migrate_all(settings)):
            print(name)


def _psql(options: argparse.Namespace) -> int:
    return run.psql(read_settings(), options.words)


def _seed(options: argparse.Namespace) -> None:
    with run.served_database(read_settings()) as settings:
        asyncio.run(run.migrate_and_seed(settings, _departments(options)))


def _demo(options: argparse.Namespace) -> int:
    os.environ["HUB_DEMO"] = "1"
    settings = read_settings()
    if options.what == "accounts":
        accounts = msgspec.to_builtins(run.demo_accounts(settings))
        print(json.dumps(accounts, indent=2, ensure_ascii=False))
        return 0

    async def prepare(served: Settings) -> None:
        await run.migrate_and_seed(served, _departments(options))

    return run.up(settings, before=prepare, on_ready=run.print_demo)


def _do(options: argparse.Namespace) -> int:
    known = {(v.code, c.name): c for v in compose().verticals for c in v.commands}
    words = tuple(options.words)
    found = known.get(words[:2])  # pyright: ignore[reportArgumentType]  two words or fewer
    if found is None or len(words) - 2 != len(found.arguments):
        for (code, name), one in known.items():
            print(f"hub do {code} {name} {' '.join(one.arguments)}    {one.help}")
        return 2 if words else 0
    with run.served_database(read_settings()) as settings:
        _say(asyncio.run(found.run(settings, words[2:])))
    return 0


def _audit(options: argparse.Namespace) -> int:
    if options.what != "verify" and options.file is None:
        raise NothingNamed("Name a file.")
    if options.what == "check":
        report = own_chain.check_file(options.file, options.older)
        print(msgspec.json.encode(report).decode())
        return 0 if report.broken is None else 1
    with run.served_database(read_settings()) as settings:
        if options.what == "export":
            wanted = (options.file, options.organisation)
            whole = options.among_all or options.organisation is None
            print(asyncio.run(errands.export_acts(settings, *wanted, whole=whole)))
            return 0
        return asyncio.run(errands.verify_audit(settings))


def _billing(options: argparse.Namespace) -> int:
    """With the service's own key in the environment its mark is looked at as well."""
    named = os.environ.get("HUB_SECRET_KEY")
    report = outside.verify_files(options.files, read_settings().secret_key if named else None)
    print(msgspec.json.encode(report).decode())
    return 0 if report.broken is None else 1


def _export(options: argparse.Namespace) -> None:
    if (options.organisation is None) == (options.person is None):
        raise NothingNamed("Name an organisation by its number, or --person and an e-mail.")
    with run.served_database(read_settings()) as settings:
        if options.person is not None:
            done = errands.export_person(settings, options.person, options.folder)
        else:
            done = errands.export_tenant(settings, options.organisation, options.folder, _tell)
        _say(asyncio.run(done))


def _tell(line: str) -> None:
    """How far it is: for people, beside what is printed for programs."""
    print(line, file=sys.stderr, flush=True)


def _erase(options: argparse.Namespace) -> None:
    with run.served_database(read_settings()) as settings:
        _say(asyncio.run(errands.erase_tenant(settings, options.organisation, options.folder)))


def _hold(options: argparse.Namespace) -> None:
    if options.why is None and not options.lift:
        raise NothingNamed("Say which order it is, with --why, or --lift.")
    with run.served_database(read_settings()) as settings:
        done = errands.hold_tenant(settings, options.organisation, options.why, lift=options.lift)
        print(asyncio.run(done))


def _keys(options: argparse.Namespace) -> None:
    with run.served_database(read_settings()) as settings:
        print(asyncio.run(errands.shred_keys(settings, options.organisation)))


def _import(options: argparse.Namespace) -> None:
    with run.served_database(read_settings()) as settings:
        _say(asyncio.run(errands.import_tenant(settings, options.folder)))


def _probes(options: argparse.Namespace) -> None:
    with run.served_database(read_settings()) as settings:
        _say(asyncio.run(errands.probe_service(settings, options.service, options.sample)))


def _forget(options: argparse.Namespace) -> int:
    with run.served_database(read_settings()) as settings:
        done = asyncio.run(errands.forget_factor(settings, options.email))
    print("taken away" if done else "this e-mail has no second factor")
    return 0 if done else 1


def _zones(options: argparse.Namespace) -> None:
    _say(hosting.list_zones(read_settings(), metered=options.measure))


def _move(options: argparse.Namespace) -> None:
    wish = (options.organisation, options.zone, options.step, options.folder)
    _say(hosting.move(read_settings(), *wish))


def _move_out(options: argparse.Namespace) -> None:
    del options
    _say(hosting.move_out(read_settings()))


def _night(options: argparse.Namespace) -> int:
    del options
    # Whoever stops it lets it put away what it has written of others first.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    failed, lines = nights.keep_watch(read_settings())
    _say(lines)
    return 1 if failed else 0


def _exits(options: argparse.Namespace) -> None:
    del options
    with run.served_database(read_settings()) as settings:
        _say(asyncio.run(errands.perform_exits(settings)))


def _exports(options: argparse.Namespace) -> None:
    del options
    with run.served_database(read_settings()) as settings:
        _say(asyncio.run(errands.perform_exports(settings)))


def _files(options: argparse.Namespace) -> None:
    _say(asyncio.run(errands.list_files(read_settings(), options.prefix)))


def _backup(options: argparse.Namespace) -> None:
    how = {"follow": options.follow, "keep": options.keep, "to": options.to}
    _say(backups.back_up(read_settings(), options.folder, **how))


def _restore(options: argparse.Namespace) -> None:
    _say(backups.bring_back(options.folder, options.until))


def _rehearse(options: argparse.Namespace) -> None:
    _say(backups.rehearse(read_settings(), options.folder, options.sites))


def _restored(options: argparse.Namespace) -> None:
    done = Restored(
        rpo_s=options.rpo, rto_s=options.rto, sites=options.sites, invariants=not options.broken
    )
    with run.served_database(read_settings()) as settings:
        asyncio.run(errands.note_restored(settings, done))


def _vertical(options: argparse.Namespace) -> int:
    good, lines = True, list[str]()
    if options.what == "show":
        return kit.show_it(read_settings(), options.name)
    if options.what == "new":
        lines = kit.new(options.name, options.folder)
    else:
        good, lines = kit.check(read_settings(), options.name)
    _say(lines)
    return 0 if good else 1


def _agreements(options: argparse.Namespace) -> int:
    good, lines = errands.agreements_command(
        options.what, options.given, options.vocabulary, options.language
    )
    _say(lines)
    return 0 if good else 1


def _departments(options: argparse.Namespace) -> tuple[str, ...]:
    return tuple(code for code in options.departments.replace(" ", "").split(",") if code)


if __name__ == "__main__":
    sys.exit(main())

"""The tutorial, run from its text: a vertical outside of this repository, installed by pip, that
passes the suite, shows its page in a browser and stands in the catalogue."""

import contextlib
import os
import re
import shutil
import signal
import site
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from hub.core.postgres_place import choose_home, server_account
from loadtests.serving import STOPPED_S, Served, free_port, today
from tests.browser.conftest import Visitor

DOC = Path(__file__).parents[2] / "docs/new-vertical.md"
# One step of the text: a command, a new file, a replacement, or a row of the table of sentences.
STEP = re.compile(
    r"```sh\n(?P<command>.*?)```"
    r"|New file `(?P<new>\S+)`:\n\n```\w+\n(?P<content>.*?)```"
    r"|In `(?P<file>\S+)`, replace\n\n```\w+\n(?P<old>.*?)```\n\nby\n\n```\w+\n(?P<text>.*?)```"
    r"|\| `(?P<po>\S+\.po)` \| (?P<sentence>.*?) \| (?P<say>.*?) \|",
    re.DOTALL,
)
MOST_LINES = 60


def make_python(folder: Path) -> Path:
    """A Python of its own, so that the installation touches nobody else's; it sees the hub."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    own = next(folder.glob("lib/python*/site-packages"))
    (own / "hub.pth").write_text(
        "".join(f"import site; site.addsitedir({path!r})\n" for path in site.getsitepackages())
    )
    return folder / "bin/python"


class Newcomer:
    """Does what the page says, in an empty folder."""

    def __init__(self, folder: Path, python: Path) -> None:
        self.folder, self.python = folder, python
        self.written, self.said = 0, ""

    def follow(self, text: str) -> None:
        for step in STEP.finditer(text):
            if step["command"]:
                for line in step["command"].splitlines():
                    self.run(line.split())
            elif step["new"]:
                self.write(self.folder / step["new"], step["content"])
            elif step["file"]:
                self.replace(self.folder / step["file"], step["old"], step["text"])
            else:
                path, sentence = self.folder / step["po"], step["sentence"]
                empty = f'msgid "{sentence}"\nmsgstr ""\n'
                self.replace(path, empty, f'msgid "{sentence}"\nmsgstr "{step["say"]}"\n')

    def run(self, words: list[str]) -> None:
        if words[0] == "cd":
            self.folder /= words[1]
            return
        pip = [sys.executable, "-m", "pip", "--python", self.python, "--quiet"]
        hub = [self.python, "-m", "hub.cli"]
        programs = {"pip": pip, "hub": hub, "python": [self.python]}
        programs["pytest"] = [self.python, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        done = subprocess.run(
            [*programs[words[0]], *words[1:]],
            cwd=self.folder,
            env=self.environment("data"),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout}\n{done.stderr[-3000:]}"
        self.said = done.stdout

    def environment(self, data: str) -> dict[str, str]:
        own = {n: v for n, v in os.environ.items() if not n.startswith(("DATABASE_", "PYTEST_"))}
        return {**own, "HUB_DATA": str(self.folder / data)}

    @contextlib.contextmanager
    def show(self, name: str) -> Iterator[str]:
        """`hub vertical show`, in a process of its own; its address."""
        port, data = free_port(), self.folder / "shown"
        environment = {
            **self.environment("shown"),
            "HUB_PORT": str(port),
            "HUB_WORKERS": "1",
            "HUB_FAKE_STRIPE": "0",
        }
        arguments = ["-m", "hub.cli", "vertical", "show", name]
        with (self.folder / "log").open("wb") as out:
            process = subprocess.Popen(
                [self.python, *arguments],
                cwd=self.folder,
                env=environment,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        served = Served(
            address=f"http://127.0.0.1:{port}",
            home=self.folder,
            environment=environment,
            arguments=arguments,
            process=process,
        )
        try:
            served.wait_until_ready()
            yield served.address
        finally:
            process.send_signal(signal.SIGINT)
            code = process.wait(STOPPED_S)
            shutil.rmtree(choose_home(data / "postgres", server_account()), ignore_errors=True)
        assert code == 0, served.tail()

    def write(self, path: Path, content: str) -> None:
        path.write_text(content)
        self.written += content.count("\n")

    def replace(self, path: Path, old: str, new: str) -> None:
        """Old and new end with their line; what a text leaves open at its end is joined again."""
        text = path.read_text()
        old, new = (old, new) if old in text else (old.removesuffix("\n"), new.removesuffix("\n"))
        assert text.count(old) == 1, (path, old)
        path.write_text(text.replace(old, new))
        kept = old.splitlines()
        self.written += sum(line not in kept for line in new.splitlines())


def test_a_newcomer_who_follows_the_page_has_a_vertical_that_passes(tmp_path: Path) -> None:
    newcomer = Newcomer(tmp_path, make_python(tmp_path / "venv"))
    newcomer.follow(DOC.read_text())
    assert 10 < newcomer.written < MOST_LINES
    assert newcomer.said.splitlines()[-1] == "choirs passes"
    with newcomer.show("choirs") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        context = browser.new_context(locale="fr-FR", bypass_csp=True)
        visitor = Visitor(context.new_page(), address)
        use(visitor, visitor.page)
        assert visitor.errors == []
        browser.close()


def use(visitor: Visitor, page: Page) -> None:
    """What the newcomer sees in a browser: the page with what they added, and the catalogue."""
    visitor.go("/sign-in")
    page.locator("input[type=email]").fill("choirs@example.org")
    page.locator("input[type=password]").fill("demonstration")
    with page.expect_navigation():
        page.locator("main button[type=submit]").click()
    visitor.go("/choirs")
    page.get_by_label("Quoi ?").fill("Fête")
    page.get_by_label("Quel jour ?").fill(today().isoformat())
    page.get_by_label("Dans quelle salle ?").fill("Salle des fêtes")
    visitor.press("Ajouter")
    expect(page.get_by_text("· Salle des fêtes")).to_be_visible()
    visitor.check()
    visitor.go("/catalogue")
    shelf = page.locator("#content")
    expect(shelf.get_by_role("link", name="Choirs", exact=True)).to_be_visible()
    assert visitor.go("/catalogue/choirs") == 200
    visitor.check()

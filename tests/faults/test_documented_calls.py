"""The calls that `docs/api.md` shows are run as they stand there."""

import re
import subprocess
from collections.abc import Iterator

import pytest

from loadtests.serving import ROOT, Served, served_demo

pytestmark = pytest.mark.xdist_group("served")


@pytest.fixture(scope="module")
def demo() -> Iterator[Served]:
    with served_demo("74", workers=1) as served:
        yield served


def test_the_documented_calls_book_and_cancel_a_stay(demo: Served) -> None:
    script = re.findall(r"```bash\n(.*?)```", (ROOT / "docs/api.md").read_text(), re.DOTALL)[0]
    script = script.replace("http://127.0.0.1:8000", demo.address)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["confirmed", "cancelled"]


def test_the_sign_ins_are_told_as_json(demo: Served) -> None:
    import json  # noqa: PLC0415
    import sys  # noqa: PLC0415

    told = subprocess.run(
        [sys.executable, "-m", "hub.cli", "demo", "accounts"],
        capture_output=True,
        text=True,
        check=True,
        env=demo.environment,
        cwd=ROOT,
    )
    accounts = json.loads(told.stdout)
    assert {account["role"] for account in accounts} == {
        "operator",
        "federation",
        "office",
        "region",
        "lodging",
    }
    assert all(account["email"].endswith("@demo.example") for account in accounts)

"""Nothing that is decided about days and hours follows the clock of the process that decides it:
the modules below pass wherever the server stands."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# The process's zone, and its offset from UTC in hours on 1 December 2026.
ZONES = {"America/New_York": -5, "Europe/Paris": 1, "Pacific/Noumea": 11}
MODULES = (
    "agreements_policy",
    "assemblies_policy",
    "channels_policy",
    "channels_reading",
    "core_basics",
    "cutoff_hours",
    "demand_policy",
    "figures_counting",
    "figures_periods",
    "identity_policy",
    "police_policy",
    "rates_policy",
    "rates_supplements",
    "registration",
    "restrictions_table",
    "search_policy",
    "taxes_sejour",
)
OFFSET = "import time; print(time.localtime(1796115600).tm_gmtoff / 3600)"


def run(zone: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A Python of its own in a zone; nothing of the test run around it reaches it."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "COV_"))}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=kept | {"TZ": zone},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.mark.parametrize("zone", ZONES)
def test_days_and_hours_are_the_same_wherever_the_process_runs(zone) -> None:
    offset = run(zone, "-c", OFFSET)
    assert float(offset.stdout) == ZONES[zone], "the zone is not in force"
    files = [f"tests/unit/test_{name}.py" for name in MODULES]
    plugins = ("-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:cov")
    done = run(zone, "-m", "pytest", "-q", "-x", *plugins, *files)
    assert done.returncode == 0, done.stdout[-3_000:] + done.stderr[-1_000:]
    assert " passed" in done.stdout

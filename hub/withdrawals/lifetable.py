"""The way out of an organisation as a page of the documentation:
`python -m hub.withdrawals.lifetable`."""

import sys
from pathlib import Path

from hub.withdrawals.models import State, Step
from hub.withdrawals.policy import STEPS

PAGE = Path("docs/departure-states.md")
_BY = {
    Step.TELL: "`hub move-out`",
    Step.CHOOSE: "organisation",
    Step.COPY: "`hub move-out`",
    Step.TURN_BACK: "`hub move-out`",
    Step.ACCEPT: "organisation",
    Step.HOLD: "clock",
    Step.FINISH: "`hub move-out`",
    Step.LEAVE: "`hub move-out`, after its own notice",
}
_HEAD = """# The way out of a withdrawn provider

Written by `python -m hub.withdrawals.lifetable` from `hub/withdrawals/policy.py`; a test compares.
Each organisation that lives with a withdrawn provider is one row (`departure`) with a version: of
two who decide at once the second looks again. Each step is kept (`departure_step`). The database
itself refuses a move without a choice, a proof or an acceptance.

A cell says where a step leads from a state; `no` means that it is refused.

"""


def describe_life() -> str:
    """The whole page."""
    columns: list[State | None] = [None, *State]
    names = ["*(unknown)*", *(state.value for state in State)]
    lines = [f"| step | by | {' | '.join(names)} |", "|---" * (len(names) + 2) + "|"]
    for step in Step:
        leads = [STEPS[state].get(step) for state in columns]
        cells = " | ".join(f"**{one.value}**" if one else "no" for one in leads)
        lines.append(f"| {step.value} | {_BY[step]} | {cells} |")
    return _HEAD + "\n".join(lines) + "\n"


def main() -> int:
    PAGE.write_text(describe_life(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

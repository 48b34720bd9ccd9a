"""One JSON line a figure, on standard output."""

import json
import sys
from collections.abc import Callable, Mapping


def tell(**figure: object) -> bool:
    """Print the figure; whether it is as it must be."""
    print(json.dumps(figure), flush=True)
    return bool(figure["ok"])


def run_named(known: Mapping[str, Callable[[], bool]]) -> int:
    """Run the ones named on the command line, or all; 1 when one is not as it must be. `list`
    tells what each is."""
    wanted = sys.argv[1:] or list(known)
    if wanted == ["list"]:
        for name, one in known.items():
            print(f"{name:<20} {' '.join((one.__doc__ or '').split())}")
        return 0
    unknown = [name for name in wanted if name not in known]
    if unknown:
        sys.stderr.write(f"unknown: {', '.join(unknown)}; known: {', '.join(known)}\n")
        return 2
    results = [known[name]() for name in wanted]
    return 0 if all(results) else 1

"""How far what was typed is from a name: edits, with the name's unwritten end for nothing."""


def typing_distance(typed: str, name: str, limit: int) -> int:
    """The least number of letters to add, drop, change or swap so that `typed` begins `name`.

    More than `limit` is answered as `limit + 1`; the work is bounded by length times limit.
    """
    width = min(len(name), len(typed) + limit)
    before: list[int] = []
    above = list(range(width + 1))
    for row, letter in enumerate(typed, 1):
        low, high = max(1, row - limit), min(width, row + limit)
        current = [limit + 1] * (width + 1)
        current[0] = row
        for column in range(low, high + 1):
            same = letter == name[column - 1]
            best = min(above[column] + 1, current[column - 1] + 1, above[column - 1] + (not same))
            if (
                row > 1
                and column > 1
                and letter == name[column - 2]
                and typed[row - 2] == name[column - 1]
            ):
                best = min(best, before[column - 2] + 1)
            current[column] = best
        if min(current[low - 1 : high + 1]) > limit:
            return limit + 1
        before, above = above, current
    return min(*above, limit + 1)


def allowed_edits(typed: str) -> int:
    """How many edits a text of this length may be from what was meant."""
    return 0 if len(typed) < 4 else 1 if len(typed) < 7 else 2 if len(typed) < 12 else 3

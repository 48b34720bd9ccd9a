"""Words of the calendar that the language's own tables give."""

from babel import dates


def weekday_names(language: str) -> list[tuple[int, str]]:
    """ISO weekdays with their short names."""
    names = dates.get_day_names("abbreviated", "stand-alone", locale=language)
    return [(day, names[day - 1]) for day in range(1, 8)]

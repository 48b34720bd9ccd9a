"""What may be said of a property."""

from datetime import date

from tourism.lodging.models import Property, StarsShown

VALID_YEARS = 5


def stars_today(house: Property, today: date) -> StarsShown:
    """The stars that may be shown today."""
    return stars_shown(
        house.stars,
        house.classified_on,
        extended=house.classification_extended,
        export_on=house.registry_export_on,
        today=today,
    )


def stars_shown(
    stars: int | None,
    classified_on: date | None,
    *,
    extended: bool,
    export_on: date | None,
    today: date,
) -> StarsShown:
    """What may be said of the stars (five years, DOMAIN 3.8): valid until a date; extended when
    the export says so and is not older than a year; else not shown, renewal unknown."""
    if stars is None or classified_on is None:
        return StarsShown(stars=None, valid_until=None, state="none")
    until = years_later(classified_on, VALID_YEARS)
    if today <= until:
        return StarsShown(stars=stars, valid_until=until, state="classified")
    if extended and export_on is not None and today <= years_later(export_on, 1):
        return StarsShown(stars=stars, valid_until=None, state="extended")
    return StarsShown(stars=None, valid_until=until, state="renewal_unknown")


def stars_last_shown(
    stars: int | None,
    classified_on: date | None,
    *,
    extended: bool,
    export_on: date | None,
) -> date | None:
    """The last day on which `stars_shown` shows them; None when they are not shown at all."""
    if stars is None or classified_on is None:
        return None
    until = years_later(classified_on, VALID_YEARS)
    if extended and export_on is not None:
        return max(until, years_later(export_on, 1))
    return until


def years_later(day: date, years: int) -> date:
    """The same day some years later; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)

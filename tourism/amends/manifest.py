"""What amends bring."""

from hub.core.vertical import About, Keeps, Kept, NavItem, Personal, Portability, Slice
from tourism.amends import pages, tasks
from tourism.amends.models import AmendsTransferred

DUTY = "Arrhes à rendre en double : %(many)s"

slice = Slice(
    package="tourism.amends",
    handlers=pages.handlers,
    tasks=(tasks.tell_later,),
    on={AmendsTransferred: (tasks.tell_later,)},
    nav=(
        NavItem(
            label="Arrhes à rendre en double", path=pages.PAGE, organisation_kinds=("operator",)
        ),
    ),
    messages=(DUTY,),
    portability=Portability(
        duties={"duty_of_amends": DUTY},
        kept={
            "amends": Kept(years=10, why="vouchers of accounts (Code de commerce, article L123-22)")
        },
    ),
    personal=Personal(
        about={
            "amends": About(
                words="What a house owed you after it went back on a stay.",
                follows={"booking": "booking"},
                keeps=Keeps.ACCOUNTS,
            )
        },
    ),
)

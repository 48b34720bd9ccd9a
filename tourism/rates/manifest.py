"""What rates bring."""

from hub.core.vertical import About, Keeps, Personal, Portability, Slice

slice = Slice(
    package="tourism.rates",
    portability=Portability(
        with_triggers=("rate_plan", "promotion", "supplement", "rate_month", "ari_month")
    ),
    personal=Personal(
        about={
            "calendar_change": About(
                words="A change of a house's calendar that you made.",
                actor=("author",),
                keeps=Keeps.ACTS,
            )
        },
        nobody={
            "rate_plan": "what a house offers",
            "promotion": "what a house offers",
            "supplement": "what a house offers",
        },
    ),
)

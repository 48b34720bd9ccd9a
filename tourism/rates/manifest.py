"""What rates bring."""

from hub.core.vertical import Portability, Slice

slice = Slice(
    package="tourism.rates",
    portability=Portability(
        with_triggers=("rate_plan", "promotion", "supplement", "rate_month", "ari_month")
    ),
)

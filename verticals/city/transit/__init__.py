"""Departures of the town's network, from the GTFS feed that it gives, and what disturbs them."""

from verticals.city.transit.actions import disturb, keep_feed
from verticals.city.transit.models import Call, Disturb, Feed, Route, Stop

__all__ = ["Call", "Disturb", "Feed", "Route", "Stop", "disturb", "keep_feed"]

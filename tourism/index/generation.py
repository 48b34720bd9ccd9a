"""One file of the index with everything that is read from it once."""

import msgspec

from tourism.index.areas import Atlas
from tourism.index.models import Area, Deal, HouseCard, RoomTaken
from tourism.index.moments import Zones
from tourism.index.taxing import Taxing
from tourism.nights.layout import Tables
from tourism.rates.models import RoomParty
from tourism.rates.policy import divisions
from tourism.reckoning.sections import book_of

MAX_CARDS, MAX_DEALS, MAX_PARTIES = 50_000, 100_000, 200
Choice = tuple[int, ...]


class Generation:
    """The tables, and what was made of them: houses as they are shown, what they offer to a party.
    Whatever is written anew is referred to anew, so nothing of this is ever out of date."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.sound = True  # until a part of it is found without its sum
        self.book = book_of(tables)
        self.atlas = Atlas(tables, self.book)
        self.taxing = Taxing(tables)
        self.zones = Zones(tables)
        self._cards: dict[int, HouseCard] = {}
        self._deals: dict[tuple[RoomParty, ...], dict[Choice, Deal]] = {}
        self._dealt = 0
        # How many houses stand in an area, and how many had been written when they were counted.
        self.standing: dict[Area, tuple[int, int]] = {}

    def card(self, number: int) -> HouseCard:
        """What is shown of a house; kept until it is written anew."""
        return self._card(int(self.tables.houses["card"][number]))

    def read_card(self, reference: int) -> HouseCard:
        """What is shown of a house, by the reference of its card."""
        start, length = reference >> 24, reference & 0xFFFFFF
        data = self.tables.cards[start : start + length].tobytes()
        return msgspec.msgpack.decode(data, type=HouseCard)

    def _card(self, reference: int) -> HouseCard:
        known = self._cards.get(reference)
        if known is None:
            known = self.read_card(reference)
            if len(self._cards) > MAX_CARDS:
                self._cards.clear()
            self._cards[reference] = known
        return known

    def deals(self, parties: tuple[RoomParty, ...]) -> "Deals":
        """What houses offer to these persons."""
        if self._dealt > MAX_DEALS or len(self._deals) > MAX_PARTIES:
            self._deals.clear()
            self._dealt = 0
        return Deals(self, parties, self._deals.setdefault(parties, {}))

    def make(self, choice: Choice, parties: tuple[RoomParty, ...]) -> Deal:
        reference, plan, division, *taken = choice
        card = self._card(reference)
        rooms = {room.id: room for room in card.rooms}
        self._dealt += 1
        return Deal(
            house=card,
            plan=next(one for one in card.plans if one.id == plan),
            rooms=tuple(
                RoomTaken(room=rooms[id], party=party)
                for id, party in zip(taken, divisions(parties)[division], strict=True)
            ),
        )


class Deals:
    """The deals of one party; the same house, plan and rooms are the same object."""

    def __init__(
        self, generation: Generation, parties: tuple[RoomParty, ...], known: dict[Choice, Deal]
    ) -> None:
        self._generation, self._parties, self._known = generation, parties, known

    def of(self, choice: Choice) -> Deal:
        """By the reference of the house's card, the plan's id, how the party is spread
        (`rates.divisions`) and the ids of the rooms."""
        known = self._known.get(choice)
        if known is None:
            known = self._known[choice] = self._generation.make(choice, self._parties)
        return known

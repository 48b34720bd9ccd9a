"""What the vocabulary brings: its words, to be translated."""

from hub.core.vertical import Slice
from tourism.agreement.vocabulary import VOCABULARY

slice = Slice(
    package="tourism.agreement",
    messages=tuple(
        word.fr[0]
        for word in (
            *(subject.word for subject in VOCABULARY.subjects),
            *(subject.no for subject in VOCABULARY.subjects if subject.no.fr),
            *(value.word for subject in VOCABULARY.subjects for value in subject.values),
            *(role.word for role in VOCABULARY.roles),
            *(base.word for base in VOCABULARY.bases),
            *(unit.word for unit in VOCABULARY.units),
            *(calendar.word for calendar in VOCABULARY.calendars),
        )
    ),
)

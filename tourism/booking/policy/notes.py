"""What a house adds to a reason, in its history of a booking."""

from tourism.booking.errors import NoteTooLong

NOTE_LETTERS = 200


def clean_note(text: str) -> str:
    """The note as it is kept, on one line. Raises `NoteTooLong`."""
    clean = " ".join(text.replace("\0", "").split())
    if len(clean) > NOTE_LETTERS:
        raise NoteTooLong("A reason has at most 200 characters.", field="note")
    return clean

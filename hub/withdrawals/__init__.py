"""A provider's approval is withdrawn: everybody who lives with it is told, chooses, is moved, looks
and accepts, and is erased there. What others may use:"""

from hub.withdrawals.actions.beginning import tell
from hub.withdrawals.actions.moving import (
    hold,
    list_known,
    list_open,
    note_answer,
    note_copied,
    note_copying,
    note_fault,
    note_finished,
    note_kept,
    note_left,
    note_looked,
    note_silence,
    turn_back,
    walk,
)
from hub.withdrawals.models import (
    TAKE_AWAY,
    Choice,
    Departure,
    Found,
    Proof,
    Reader,
    State,
    Step,
    Withdrawal,
)
from hub.withdrawals.policy import ARCHIVE, folder_of, is_kept_fresh, retrieve_until

__all__ = [
    "ARCHIVE",
    "TAKE_AWAY",
    "Choice",
    "Departure",
    "Found",
    "Proof",
    "Reader",
    "State",
    "Step",
    "Withdrawal",
    "folder_of",
    "hold",
    "is_kept_fresh",
    "list_known",
    "list_open",
    "note_answer",
    "note_copied",
    "note_copying",
    "note_fault",
    "note_finished",
    "note_kept",
    "note_left",
    "note_looked",
    "note_silence",
    "retrieve_until",
    "tell",
    "turn_back",
    "walk",
]

"""What can go wrong with photos. `faults` names each field with what is wrong with it."""

from hub.core import pictures
from hub.core.errors import Busy, Conflict, Invalid
from hub.core.pictures import PictureRefused
from hub.core.sentences import say


class PhotoRefused(PictureRefused):
    """This file cannot be taken as a photo"""

    def __init__(self, reason: str) -> None:
        Invalid.__init__(self, REASONS[reason], field="files")
        self.reason = reason


class PhotosInvalid(Invalid):
    """Something is missing beside a photo"""

    code = "photos-invalid"


class TooManyPhotos(Conflict):
    """This house has as many photos as it may have"""

    code = "photos-full"


class UploadsBusy(Busy):
    """Too many photos are being taken in at this moment"""

    code = "photos-busy"


# Why a file was refused, in words for the person who sent it.
REASONS = {
    **pictures.REASONS,
    "known": say("This photo is already there."),
    "full": say("This house has as many photos as it may have: remove one first."),
    "too_many": say("At most 10 photos at once: send this one next."),
}

"""What can go wrong with photos. `faults` names each field with what is wrong with it."""

from hub.core.errors import Busy, Conflict, Invalid
from hub.core.sentences import say


class PhotoRefused(Invalid):
    """This file cannot be taken as a photo"""

    code = "photo-refused"

    def __init__(self, reason: str) -> None:
        super().__init__(REASONS[reason], field="files")
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
    "empty": say("This file is empty."),
    "too_heavy": say("This file weighs more than 15 MB."),
    "not_a_photo": say("This is not a photo in JPEG, PNG, WebP or AVIF, whatever its name says."),
    "heic": say("Photos in HEIC cannot be read here: choose JPEG in your phone's camera settings."),
    "broken": say("This photo is cut off or damaged: send it again from where it was taken."),
    "too_large": say("This photo has more than 50 million pixels."),
    "too_small": say("This photo is too small to be shown: at least 640 by 320 pixels."),
    "too_long": say("This photo is too long for its height: at most four times."),
    "animated": say("This picture moves: only still photos are shown."),
    "known": say("This photo is already there."),
    "full": say("This house has as many photos as it may have: remove one first."),
    "too_many": say("At most 10 photos at once: send this one next."),
}

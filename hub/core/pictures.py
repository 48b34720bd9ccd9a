"""Photos that people send: read with suspicion, and nothing of them kept but their pixels.

No metadata (position, camera, owner), no text and no program that came with a picture is in what is
given back.
"""

from io import BytesIO

import msgspec
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError, features

from hub.core.errors import Invalid
from hub.core.sentences import say

FILE_BYTES_MAX = 15_000_000
PIXELS_MAX = 50_000_000
LONG_SIDE_MIN, SHORT_SIDE_MIN = 640, 320
# A picture taller or wider than this is no photo.
RATIO_MAX = 4
MASTER_LONG_SIDE = 1920
# Without it in the installed Pillow, photos are served as WebP alone.
HAS_AVIF = bool(features.check("avif"))
FORMATS = ("JPEG", "PNG", "WEBP", *(("AVIF",) if HAS_AVIF else ()))
# A phone adds a second picture (depth, brightness) to its JPEG: not an animation.
_STILL = {"JPEG", "MPO"}
_HEIC = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
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
}


class PictureRefused(Invalid):
    """This file cannot be taken as a photo"""

    code = "photo-refused"

    def __init__(self, reason: str, field: str = "files") -> None:
        super().__init__(REASONS[reason], field=field)
        self.reason = reason


def read_picture(content: bytes, *, field: str = "files") -> Image.Image:
    """The pixels of a photo: upright, sRGB, of at most `MASTER_LONG_SIDE`, and nothing else.

    Raises `PictureRefused`.
    """
    try:
        return _read(content)
    except PictureRefused as refused:
        raise PictureRefused(refused.reason, field) from None


def _read(content: bytes) -> Image.Image:
    if not content:
        raise PictureRefused("empty")
    if len(content) > FILE_BYTES_MAX:
        raise PictureRefused("too_heavy")
    try:
        # The size stands in the header: a bomb is refused before it is unpacked.
        with Image.open(BytesIO(content), formats=FORMATS) as image:
            _check_header(image)
            image.draft("RGB", (MASTER_LONG_SIDE, MASTER_LONG_SIDE))
            image.load()
            return _clean(image)
    except UnidentifiedImageError:
        heic = content[4:8] == b"ftyp" and content[8:12] in _HEIC
        raise PictureRefused("heic" if heic else "not_a_photo") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureRefused("too_large") from None
    except PictureRefused:
        raise
    except Exception:  # readers of damaged bytes raise anything: none of it may pass
        raise PictureRefused("broken") from None


def _check_header(image: Image.Image) -> None:
    short, long = sorted(image.size)
    if short * long > PIXELS_MAX:
        raise PictureRefused("too_large")
    if long < LONG_SIDE_MIN or short < SHORT_SIDE_MIN:
        raise PictureRefused("too_small")
    if long > RATIO_MAX * short:
        raise PictureRefused("too_long")
    if image.format not in _STILL and getattr(image, "n_frames", 1) > 1:
        raise PictureRefused("animated")


def _clean(image: Image.Image) -> Image.Image:
    """Upright, sRGB on white, not too large, and no word of metadata."""
    upright = _upright(image)
    upright.thumbnail((MASTER_LONG_SIDE, MASTER_LONG_SIDE), Image.Resampling.LANCZOS)
    coloured = _to_srgb(_on_white(upright), image.info.get("icc_profile"))
    clean = Image.new("RGB", coloured.size)
    clean.paste(coloured)
    return clean


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # broken EXIF says nothing: the picture stays as it is
        return image.copy()


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        paper = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(paper, image.convert("RGBA")).convert("RGB")
    return image


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if profile and image.mode in {"RGB", "CMYK"}:
        try:
            converted = ImageCms.profileToProfile(
                image,
                ImageCms.ImageCmsProfile(BytesIO(profile)),
                ImageCms.createProfile("sRGB"),
                outputMode="RGB",
            )
        except Exception:  # a broken profile says nothing
            converted = None
        if converted is not None:
            return converted
    return image.convert("RGB")


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """A picture as a file: WebP, and its size in pixels."""

    width: int
    height: int
    content: bytes


def write_webp(picture: Image.Image, widest: int) -> Drawn:
    """A clean picture as one WebP file, at most so wide."""
    if picture.width > widest:
        height = max(1, round(picture.height * widest / picture.width))
        picture = picture.resize((widest, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
    out = BytesIO()
    picture.save(out, "WEBP", quality=78, method=3)
    return Drawn(width=picture.width, height=picture.height, content=out.getvalue())

"""From the bytes that came to the files that are served: read with suspicion, written anew.

Only the pixels pass: every file is encoded from them, so that no metadata (position, camera,
owner), no text and no program that came with the picture can leave again.
"""

import hashlib
from collections.abc import Iterator
from io import BytesIO

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError, features

from tourism.photos.errors import PhotoRefused
from tourism.photos.models import (
    FILE_BYTES_MAX,
    LONG_SIDE_MIN,
    MASTER_LONG_SIDE,
    PIXELS_MAX,
    RATIO_MAX,
    SHORT_SIDE_MIN,
    WIDTHS,
    Format,
    Prepared,
    Rendition,
)

# Without it in the installed Pillow, photos are served as WebP alone.
HAS_AVIF = bool(features.check("avif"))
FORMATS = ("JPEG", "PNG", "WEBP", *(("AVIF",) if HAS_AVIF else ()))
# A phone adds a second picture (depth, brightness) to its JPEG: not an animation.
_STILL = {"JPEG", "MPO"}
_HEIC = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
_QUALITY = {Format.MASTER: 90, Format.WEBP: 78, Format.AVIF: 55}


def prepare(content: bytes) -> Prepared:
    """The cleaned picture and its WebP files. Raises `PhotoRefused`."""
    picture = read_picture(content)
    files = [_write(picture, Format.MASTER), *write_webp(picture)]
    return Prepared(source_sha256=hashlib.sha256(content).hexdigest(), files=tuple(files))


def read_picture(content: bytes) -> Image.Image:
    """The pixels of a photo: upright, sRGB, of at most `MASTER_LONG_SIDE`, and nothing else.

    Raises `PhotoRefused`.
    """
    if not content:
        raise PhotoRefused("empty")
    if len(content) > FILE_BYTES_MAX:
        raise PhotoRefused("too_heavy")
    try:
        # The size stands in the header: a bomb is refused before it is unpacked.
        with Image.open(BytesIO(content), formats=FORMATS) as image:
            _check_header(image)
            image.draft("RGB", (MASTER_LONG_SIDE, MASTER_LONG_SIDE))
            image.load()
            return _clean(image)
    except UnidentifiedImageError:
        heic = content[4:8] == b"ftyp" and content[8:12] in _HEIC
        raise PhotoRefused("heic" if heic else "not_a_photo") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PhotoRefused("too_large") from None
    except PhotoRefused:
        raise
    except Exception:  # readers of damaged bytes raise anything: none of it may pass
        raise PhotoRefused("broken") from None


def _check_header(image: Image.Image) -> None:
    short, long = sorted(image.size)
    if short * long > PIXELS_MAX:
        raise PhotoRefused("too_large")
    if long < LONG_SIDE_MIN or short < SHORT_SIDE_MIN:
        raise PhotoRefused("too_small")
    if long > RATIO_MAX * short:
        raise PhotoRefused("too_long")
    if image.format not in _STILL and getattr(image, "n_frames", 1) > 1:
        raise PhotoRefused("animated")


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


def widths_of(long_width: int) -> list[int]:
    """The widths that a picture of a width is served in: never larger than it is."""
    return [width for width in WIDTHS if width < long_width] + [min(long_width, WIDTHS[-1])]


def write_webp(picture: Image.Image) -> Iterator[Rendition]:
    """The WebP files of a cleaned picture, smallest first."""
    for width in sorted(set(widths_of(picture.width))):
        yield _write(_shrink(picture, width), Format.WEBP)


def write_avif(master: bytes, width: int) -> Rendition:
    """The AVIF of one width, from the cleaned picture's own bytes."""
    with Image.open(BytesIO(master), formats=("WEBP",)) as picture:
        return _write(_shrink(picture.convert("RGB"), width), Format.AVIF)


def _shrink(picture: Image.Image, width: int) -> Image.Image:
    if picture.width <= width:
        return picture
    height = max(1, round(picture.height * width / picture.width))
    return picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)


def _write(picture: Image.Image, format: Format) -> Rendition:
    out = BytesIO()
    plain = Image.new("RGB", picture.size)
    plain.paste(picture)
    if format is Format.AVIF:
        plain.save(out, "AVIF", quality=_QUALITY[format], speed=8, max_threads=1)
    else:
        plain.save(out, "WEBP", quality=_QUALITY[format], method=3)
    content = out.getvalue()
    return Rendition(
        format=format,
        width=picture.width,
        height=picture.height,
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
    )

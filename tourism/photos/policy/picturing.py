"""From the bytes that came to the files that are served, each written anew from the pixels."""

import hashlib
from collections.abc import Iterator
from io import BytesIO

from PIL import Image

from hub.core.pictures import read_picture
from tourism.photos.models import WIDTHS, Format, Prepared, Rendition

_QUALITY = {Format.MASTER: 90, Format.WEBP: 78, Format.AVIF: 55}


def prepare(content: bytes) -> Prepared:
    """The cleaned picture and its WebP files. Raises `PictureRefused`."""
    picture = read_picture(content)
    files = [_write(picture, Format.MASTER), *write_webp(picture)]
    return Prepared(source_sha256=hashlib.sha256(content).hexdigest(), files=tuple(files))


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

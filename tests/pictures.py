"""Pictures for tests, drawn by number: real files of each kind, good and bad."""

from io import BytesIO

import numpy as np
from PIL import Image

GPS_IFD, ORIENTATION = 0x8825, 0x0112


def pixels(width: int = 1200, height: int = 800, seed: int = 1) -> Image.Image:
    """A scene with a bright top left corner, to see which way up it is."""
    y, x = np.mgrid[0:height, 0:width]
    shade = np.stack([x * 160 // width, y * 160 // height, (x + y + 7 * seed) % 160], -1)
    shade[: height // 4, : width // 4] = 250
    return Image.fromarray(shade.astype("uint8"))


def file(format: str = "JPEG", width: int = 1200, height: int = 800, seed: int = 1, **how) -> bytes:
    out = BytesIO()
    pixels(width, height, seed).save(out, format, **how)
    return out.getvalue()


def with_position(orientation: int = 6) -> bytes:
    """A photo that says where it was taken, by which camera, and that it lies on its side."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[0x010F] = "CAMERA-MAKER"
    exif.get_ifd(GPS_IFD).update({1: "N", 2: (45.0, 54.0, 1.0), 3: "E", 4: (6.0, 7.0, 1.0)})
    return file(exif=exif.tobytes(), comment=b"<script>alert(1)</script>")


def animation(format: str) -> bytes:
    out = BytesIO()
    frames = [pixels(seed=seed) for seed in (1, 2, 3)]
    frames[0].save(out, format, save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


def bomb() -> bytes:
    """A PNG of a few thousand bytes that says it has 20,000 by 20,000 pixels."""
    content = bytearray(file("PNG", 640, 480))
    content[16:24] = (20_000).to_bytes(4, "big") * 2
    import zlib  # noqa: PLC0415

    content[29:33] = zlib.crc32(bytes(content[12:29])).to_bytes(4, "big")
    return bytes(content)

"""What comes in as a photo, what leaves, and what is refused with which words."""

from io import BytesIO

import pytest
from PIL import Image, ImageCms

from hub.core.pictures import FILE_BYTES_MAX, PictureRefused, read_picture
from tests import pictures
from tourism.photos.errors import REASONS
from tourism.photos.models import Format
from tourism.photos.policy import picturing

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>" + b" " * 5000
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 5000


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"", "empty", id="nothing"),
        pytest.param(b"\xff\xd8\xff" + b"0" * FILE_BYTES_MAX, "too_heavy", id="too heavy"),
        pytest.param(SVG, "not_a_photo", id="SVG named jpg"),
        pytest.param(HTML, "not_a_photo", id="HTML named jpg"),
        pytest.param(b"GIF89a" + b"\x00" * 100, "not_a_photo", id="GIF"),
        pytest.param(b"%PDF-1.7\n" + b"0" * 100, "not_a_photo", id="PDF"),
        pytest.param(HEIC, "heic", id="HEIC"),
        pytest.param(b"\xff\xd8\xff\xe0" + HTML, "broken", id="HTML behind a JPEG's first bytes"),
        pytest.param(pictures.file()[:-9000], "broken", id="cut off JPEG"),
        pytest.param(pictures.file("PNG")[:-9000], "broken", id="cut off PNG"),
        pytest.param(pictures.file("WEBP")[:-900], "broken", id="cut off WebP"),
        pytest.param(pictures.bomb(), "too_large", id="bomb"),
        pytest.param(pictures.file(width=600, height=400), "too_small", id="too small"),
        pytest.param(pictures.file(width=1200, height=200), "too_small", id="too low"),
        pytest.param(pictures.file(width=2000, height=400), "too_long", id="too long"),
        pytest.param(pictures.animation("WEBP"), "animated", id="animated WebP"),
        pytest.param(pictures.animation("PNG"), "animated", id="animated PNG"),
    ],
)
def test_what_is_no_photo_is_refused_with_its_reason(content: bytes, reason: str) -> None:
    with pytest.raises(PictureRefused) as refused:
        picturing.prepare(content)
    assert refused.value.reason == reason
    assert str(refused.value) == REASONS[reason]


def test_every_cut_of_a_photo_is_refused_or_read_and_never_anything_else() -> None:
    refused = 0
    for format in ("PNG", "JPEG", "WEBP"):
        whole = pictures.file(format, 640, 480)
        for length in range(0, len(whole), len(whole) // 20):
            try:
                assert read_picture(whole[:length]).size == (640, 480)
            except PictureRefused:
                refused += 1
    assert refused > 50


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_photo_stands_upright_and_says_nothing_of_where_or_who(orientation: int) -> None:
    prepared = picturing.prepare(pictures.with_position(orientation))
    corners = {1: (0.1, 0.1), 3: (0.9, 0.9), 6: (0.9, 0.1), 8: (0.1, 0.9)}
    avif = picturing.write_avif(prepared.files[0].content, 400)
    for file in (*prepared.files, avif):
        for word in (b"CAMERA-MAKER", b"<script>", b"Exif", b"GPS", b"ICC"):
            assert word not in file.content
        with Image.open(BytesIO(file.content)) as image:
            assert dict(image.getexif()) == {}
            assert image.size == (file.width, file.height)
            assert (image.width > image.height) == (orientation in {1, 3})
            x, y = corners[orientation]
            bright = image.convert("L").getpixel((int(image.width * x), int(image.height * y)))
        assert bright > 200, (file.format, orientation)


@pytest.mark.parametrize(
    ("width", "height", "widths"),
    [
        (4000, 3000, [400, 800, 1600]),
        (1200, 800, [400, 800, 1200]),
        (800, 600, [400, 800]),
        (700, 500, [400, 700]),
        (3000, 4000, [400, 800, 1440]),
        (320, 640, [320]),
    ],
)
def test_a_photo_is_served_in_the_widths_it_has(width: int, height: int, widths: list[int]) -> None:
    files = picturing.prepare(pictures.file(width=width, height=height)).files
    webp = [file for file in files if file.format is Format.WEBP]
    assert [file.width for file in webp] == widths
    for file in webp:
        assert abs(file.height / file.width - height / width) < 0.01
    assert files[0].format is Format.MASTER
    assert max(files[0].width, files[0].height) <= 1920


@pytest.mark.parametrize("format", ["PNG", "WEBP", "AVIF"])
def test_every_promised_kind_is_taken(format: str) -> None:
    assert len(picturing.prepare(pictures.file(format)).files) == 4


def test_colours_of_print_of_palettes_and_of_phones_become_those_of_screens() -> None:
    cmyk, palette, clear = BytesIO(), BytesIO(), BytesIO()
    pictures.pixels().convert("CMYK").save(cmyk, "JPEG")
    pictures.pixels().convert("P").save(palette, "PNG")
    see_through = Image.new("RGBA", (800, 600), (0, 0, 0, 0))
    see_through.save(clear, "PNG")
    for out in (cmyk, palette):
        assert read_picture(out.getvalue()).mode == "RGB"
    assert read_picture(clear.getvalue()).getpixel((5, 5)) == (255, 255, 255)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert "icc_profile" not in read_picture(pictures.file(icc_profile=profile)).info
    assert read_picture(pictures.file(icc_profile=b"nonsense")).mode == "RGB"


def test_the_second_picture_that_phones_add_is_no_animation() -> None:
    out = BytesIO()
    pictures.pixels().save(out, "MPO", save_all=True, append_images=[pictures.pixels(seed=2)])
    assert read_picture(out.getvalue()).size == (1200, 800)

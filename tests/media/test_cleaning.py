"""Pictures that people send, and files that only pretend to be pictures."""

import io
import os
import struct
import zipfile
import zlib

import pytest
from PIL import Image, ImageDraw, ImageOps

from marketplace.media import cleaning, illustrations, refusals
from marketplace.media.cleaning import BUDGETS, accept_image


def photograph(size=(900, 600), kind="JPEG", exif=None, **options):
    picture = Image.new("RGB", size, "white")
    # the left half is red, so that a turned picture is told from an upright one
    ImageDraw.Draw(picture).rectangle((0, 0, size[0] // 2, size[1]), fill="red")
    out = io.BytesIO()
    picture.save(out, kind, **({"exif": exif} if exif is not None else {}), **options)
    return out.getvalue()


def opened(variant):
    return Image.open(io.BytesIO(variant.data))


def jpeg_of(clean, width):
    return next(each for each in clean.variants if (each.kind, each.width) == ("jpeg", width))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photograph_becomes_three_kinds_at_every_width_below_its_own(kind):
    clean = accept_image(photograph(kind=kind))
    assert {(each.kind, each.width) for each in clean.variants} == {
        (written, width) for written in ("avif", "webp", "jpeg") for width in (160, 320, 640, 900)
    }
    assert (clean.width, clean.height) == (900, 600)
    for each in clean.variants:
        assert opened(each).size == (each.width, each.height)


def test_every_file_keeps_its_byte_budget_even_for_noise_from_edge_to_edge():
    noise = io.BytesIO()
    Image.frombytes("RGB", (1400, 1000), os.urandom(1400 * 1000 * 3)).save(noise, "JPEG", quality=90)
    grained = illustrations.rasterise(illustrations.render("terraced_rice", 3), 1280, 7)
    for data in (noise.getvalue(), grained):
        for each in accept_image(data).variants:
            assert len(each.data) <= BUDGETS[each.kind][each.width], (each.kind, each.width)


def test_a_picture_taken_sideways_stands_upright_and_forgets_where_it_was_taken():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x9286] = "my house"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (27.0, 7.0, 12.0)
    data = photograph(exif=exif)
    assert b"GPS" in data or b"\x88\x25" in data
    clean = accept_image(data)
    assert (clean.width, clean.height) == (600, 900)
    for each in clean.variants:
        written = opened(each)
        assert not dict(written.getexif())
        assert "exif" not in written.info
        assert b"my house" not in each.data
    red, _green, blue = opened(jpeg_of(clean, 320)).convert("RGB").getpixel((160, 20))
    assert red > 200
    assert blue < 60


def test_the_moment_a_phone_states_is_kept_and_an_incredible_one_is_not():
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "2026:09:12 08:30:00"
    assert accept_image(photograph(exif=exif)).taken_at.isoformat() == "2026-09-12T00:30:00+00:00"
    exif.get_ifd(0x8769)[0x9003] = "1890:01:01 00:00:00"
    assert accept_image(photograph(exif=exif)).taken_at is None


def test_what_a_phone_hangs_behind_a_picture_is_left_behind():
    film = b"\0\0\0\x18ftypmp42 the second before the shutter fell"
    clean = accept_image(photograph() + film)
    assert all(film not in each.data for each in clean.variants)
    assert all(each.data[:3] in (b"\xff\xd8\xff", b"RIF") or each.data[4:8] == b"ftyp" for each in clean.variants)


def _archive():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../../wsgi.py", "import os")
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    "payload",
    [_archive(), b"<script>alert(1)</script>", b"<!DOCTYPE html>", b"<?php system($_GET['c']); ?>"],
    ids=["archive", "script", "page", "program"],
)
def test_a_picture_that_is_something_else_as_well_is_refused(kind, payload):
    with pytest.raises(refusals.PicturePolyglot):
        accept_image(photograph((200, 200), kind=kind) + payload)


def test_a_picture_that_is_a_document_as_well_is_refused():
    exif = Image.Exif()
    exif[0x010E] = "%PDF-1.7"
    with pytest.raises(refusals.PicturePolyglot):
        accept_image(photograph(exif=exif))


@pytest.mark.parametrize("size", [(130, 1310), (1310, 130), (1080, 16400)])
def test_a_strip_is_refused_and_not_handed_to_an_encoder_that_cannot_write_it(size):
    with pytest.raises(refusals.PictureTooLong):
        accept_image(photograph(size, kind="PNG"))
    assert accept_image(photograph((130, 1300), kind="PNG")).height == 1300


@pytest.mark.parametrize(
    ("plain", "odd"),
    [
        (b"\x01\x0f\x00\x02", b"\x01\x0f\x00\x0c"),  # the maker's name as a floating number
        (b"\x00\x02\x00\x05\x00\x00\x00\x03", b"\x00\x01\x00\x05\x00\x00\x00\x03"),  # north or south as degrees
        (b"\x00\x02\x00\x05\x00\x00\x00\x03", b"\x00\x02\x00\x02\x00\x00\x00\x03"),  # degrees as text
    ],
    ids=["maker", "hemisphere", "degrees"],
)
def test_a_photograph_whose_metadata_is_written_oddly_is_taken_and_turned_all_the_same(plain, odd):
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "maker"
    exif.get_ifd(0x8825)[2] = (27.0, 7.0, 12.0)
    data = photograph((200, 130), exif=exif)
    assert plain in data
    clean = accept_image(data.replace(plain, odd))
    assert (clean.width, clean.height) == (130, 200)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_turned_as_the_library_turns_it(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    sent = Image.open(io.BytesIO(photograph((200, 130), exif=exif)))
    assert cleaning._upright(sent).tobytes() == ImageOps.exif_transpose(sent).tobytes()


def test_transparency_becomes_white_and_not_black():
    layer = Image.new("RGBA", (300, 300), (0, 0, 0, 0))
    out = io.BytesIO()
    layer.save(out, "PNG")
    assert opened(jpeg_of(accept_image(out.getvalue()), 160)).getpixel((80, 80)) == (255, 255, 255)


def _claims(width, height):
    """Return a tiny PNG that claims to be huge."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


def _animated(kind):
    out = io.BytesIO()
    frames = [Image.new("RGB", (200, 200), colour) for colour in ("red", "blue")]
    frames[0].save(out, kind, save_all=True, append_images=frames[1:])
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"", refusals.PictureEmpty),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", refusals.PictureKind),
        (b"<!doctype html><script>1</script>", refusals.PictureKind),
        (b"GIF89a" + b"\0" * 40, refusals.PictureKind),
        (b"BM" + b"\0" * 60, refusals.PictureKind),
        (b"%PDF-1.7", refusals.PictureKind),
        (b"PK\x03\x04" + b"\0" * 60, refusals.PictureKind),
        (b"\xff\xd8\xff" + b"\0" * 40, refusals.PictureDamaged),
        (b"\0\0\0\x18ftypheic" + b"\0" * 40, refusals.PictureDamaged),
        (photograph()[:400], refusals.PictureDamaged),
        (_claims(60_000, 60_000), refusals.PictureTooLarge),
        (_claims(9_000, 9_000), refusals.PictureTooLarge),
        (photograph((90, 90)), refusals.PictureTooSmall),
        (_animated("WEBP"), refusals.PictureAnimated),
        (_animated("PNG"), refusals.PictureAnimated),
        (b"\xff\xd8\xff" + b"\0" * cleaning.MOST_BYTES, refusals.PictureTooHeavy),
    ],
)  # fmt: skip
def test_what_is_no_photograph_is_refused_by_its_name(data, refusal):
    with pytest.raises(refusal):
        accept_image(data)


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch):
    unpacked = []
    monkeypatch.setattr(Image.Image, "convert", lambda self, *_a, **_k: unpacked.append(self))
    with pytest.raises(refusals.PictureTooLarge):
        accept_image(_claims(20_000, 20_000))
    assert unpacked == []

"""Rasterised pictures stand in for photographs: real JPEGs, grainy, and the same each time."""

from io import BytesIO

from PIL import Image, ImageChops, ImageStat

from marketplace.media.illustrations import rasterise, render


def opened(jpeg: bytes) -> Image.Image:
    with Image.open(BytesIO(jpeg)) as image:
        return image.convert("RGB")


def test_a_raster_is_a_jpeg_of_the_width_asked_for() -> None:
    jpeg = rasterise(render("rice", 5), 320, 1)
    with Image.open(BytesIO(jpeg)) as image:
        image.verify()
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (320, 240))


def test_the_same_picture_and_grain_give_the_same_bytes() -> None:
    drawing = render("tea", 9, "dusk")
    assert rasterise(drawing, 240, 4) == rasterise(drawing, 240, 4)


def test_another_grain_gives_another_photograph() -> None:
    drawing = render("tea", 9, "dusk")
    assert len({rasterise(drawing, 240, seed) for seed in (None, 1, 2)}) == 3


def test_grain_is_felt_and_not_seen() -> None:
    drawing = render("honey", 2)
    clean, grainy = opened(rasterise(drawing, 320, None)), opened(rasterise(drawing, 320, 7))
    shift = ImageStat.Stat(ImageChops.difference(clean, grainy)).mean
    assert all(0.3 < channel < 6 for channel in shift)


def test_what_is_clear_in_a_drawing_is_paper_in_its_photograph() -> None:
    corner = opened(rasterise(render("empty", 1), 320, None)).getpixel((2, 2))
    assert isinstance(corner, tuple)
    assert all(abs(seen - paper) <= 2 for seen, paper in zip(corner, (0xFB, 0xF8, 0xF1), strict=True))

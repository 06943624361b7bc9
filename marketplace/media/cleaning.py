"""Cleaning: from whatever a phone sent to upright pixels without a past, written anew at a few widths.

The kind is judged by content, never by name. Dimensions are read from the header and bounded before a pixel is unpacked. What
hides behind or beside the pixels (a film, a place) is not copied; a file that is an archive, a page or a program as well is
refused.
"""

import datetime as dt
import hashlib
import io
import re
import warnings
import zipfile

import pi_heif
from PIL import ExifTags, Image, UnidentifiedImageError

from marketplace.kernel import clock
from marketplace.media.refusals import (
    PictureAnimated,
    PictureDamaged,
    PictureEmpty,
    PictureKind,
    PicturePolyglot,
    PictureRefused,
    PictureTooHeavy,
    PictureTooLarge,
    PictureTooLong,
    PictureTooSmall,
)
from marketplace.media.values import CleanImage, Variant

MOST_BYTES = 16 * 1024 * 1024
#: A phone's 50-megapixel photograph passes; a bomb does not.
MOST_PIXELS = 52_000_000
LEAST_SIDE = 120
#: Long side by short side. At the widest width it stays below the 16,383 pixels that a WebP can be high.
MOST_RATIO = 10
#: Widths written, widest last. Nothing is enlarged.
WIDTHS = (160, 320, 640, 1280)
#: Byte budgets by kind and width (experience.md gives 320 and 640; the others follow by area).
BUDGETS: dict[str, dict[int, int]] = {
    "avif": {160: 4_000, 320: 10_000, 640: 30_000, 1280: 90_000},
    "webp": {160: 5_500, 320: 14_000, 640: 46_000, 1280: 138_000},
    "jpeg": {160: 7_000, 320: 18_000, 640: 58_000, 1280: 174_000},
}
#: Qualities tried, best first, until the budget holds; the last stands whatever it weighs unless the file is made smaller.
_QUALITIES = {"avif": (60, 50, 40, 30, 20, 10), "webp": (78, 68, 56, 44, 32, 18), "jpeg": (78, 68, 56, 44, 32, 20)}
#: What makes a file a page or a program to those who look for that, long enough that pixels hardly write it by chance. A PDF may
#: begin anywhere in its first kilobyte.
_PAGE = re.compile(rb"<(?:script|html)[\s>/]|<!doctype\s|<\?php\s", re.IGNORECASE)
_PDF, _PDF_BEGINS_WITHIN = b"%PDF-", 1024
#: What brings a picture of each orientation upright.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_90,
}  # fmt: skip
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"hevc"})


def accept_image(data: bytes) -> CleanImage:
    """Return a picture cleaned and written at every width. Slow (about a second): call it before the writer opens.

    Raises:
        PictureRefused: a subclass says why.
    """
    picture, taken_at = _unpack(data)
    variants = []
    for width in _widths(picture.width):
        sized = _at_width(picture, width)
        variants += [_fit(sized, kind, width) for kind in BUDGETS]
    widest = variants[-1]
    return CleanImage(
        sha256=hashlib.sha256(data).hexdigest(),
        width=widest.width,
        height=widest.height,
        variants=tuple(variants),
        taken_at=taken_at,
    )


def kind_of(data: bytes) -> str | None:
    """Return what the bytes begin as: JPEG, PNG, WEBP, HEIF or None."""
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    return "HEIF" if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS else None


def _unpack(data: bytes) -> tuple[Image.Image, dt.datetime | None]:
    if not data:
        raise PictureEmpty
    if len(data) > MOST_BYTES:
        raise PictureTooHeavy(megabytes=MOST_BYTES // (1024 * 1024))
    kind = kind_of(data)
    if kind is None:
        raise PictureKind
    if _PDF in data[:_PDF_BEGINS_WITHIN] or _PAGE.search(data) or zipfile.is_zipfile(io.BytesIO(data)):
        raise PicturePolyglot
    try:
        with warnings.catch_warnings():
            # Pillow warns of bombs from a size of its own; ours is stricter and is checked before anything is unpacked.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            opened = _open(data, kind)
            _refuse_size(opened)
            taken_at = _taken_at(opened)
            if kind == "JPEG":
                opened.draft("RGB", (2 * WIDTHS[-1], 2 * WIDTHS[-1]))
            return _flat(_upright(opened)), taken_at
    except PictureRefused:
        raise
    except Image.DecompressionBombError as error:
        raise PictureTooLarge from error
    except Exception as error:
        # Damaged headers raise a dozen kinds of error in the library.
        raise PictureDamaged from error


def _open(data: bytes, kind: str) -> Image.Image:
    if kind == "HEIF":
        held = pi_heif.open_heif(io.BytesIO(data), convert_hdr_to_8bit=True)
        width, height = held.size
        if width * height > MOST_PIXELS:
            raise PictureTooLarge
        return held.to_pillow()  # type: ignore[no-any-return]
    try:
        opened = Image.open(io.BytesIO(data), formats=(kind,))
    except UnidentifiedImageError as error:
        raise PictureDamaged from error
    # A phone's MPO holds the same picture twice; anything else with frames moves.
    if opened.format != "MPO" and getattr(opened, "n_frames", 1) > 1:
        raise PictureAnimated
    return opened


def _refuse_size(picture: Image.Image) -> None:
    if picture.width * picture.height > MOST_PIXELS:
        raise PictureTooLarge
    if min(picture.size) < LEAST_SIDE:
        raise PictureTooSmall(least=LEAST_SIDE)
    if max(picture.size) > MOST_RATIO * min(picture.size):
        raise PictureTooLong(ratio=MOST_RATIO)


def _taken_at(picture: Image.Image) -> dt.datetime | None:
    """Return when the shutter fell, if the file says so credibly; phones write local time without a zone."""
    try:
        said = picture.getexif().get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal)
        moment = dt.datetime.strptime(str(said)[:19], "%Y:%m:%d %H:%M:%S").replace(tzinfo=clock.SHANGHAI).astimezone(dt.UTC)
    except (ValueError, OSError, SyntaxError, KeyError, TypeError, OverflowError):
        return None
    return moment if dt.datetime(2000, 1, 1, tzinfo=dt.UTC) < moment <= clock.now() + dt.timedelta(days=1) else None


def _upright(picture: Image.Image) -> Image.Image:
    """Turn the pixels as the metadata says. Pillow's own way writes the metadata anew, which fails where a phone was careless."""
    turn = _TURNS.get(picture.getexif().get(ExifTags.Base.Orientation, 1))
    return picture if turn is None else picture.transpose(turn)


def _flat(picture: Image.Image) -> Image.Image:
    """Return plain RGB pixels on white, with nothing attached."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        flat = Image.new("RGB", layer.size, "white")
        flat.paste(layer, mask=layer.getchannel("A"))
    else:
        flat = picture.convert("RGB")
    bare = Image.new("RGB", flat.size)
    bare.paste(flat)
    return bare


def _widths(own: int) -> list[int]:
    """Return the widths to write: those below the picture's own, and its own where it is smaller than the widest."""
    return [width for width in WIDTHS if width < own] + ([min(own, WIDTHS[-1])] if own <= WIDTHS[-1] else [])


def _at_width(picture: Image.Image, width: int) -> Image.Image:
    height = max(1, round(picture.height * width / picture.width))
    return picture if picture.width == width else picture.resize((width, height), Image.Resampling.LANCZOS)


def _budget(kind: str, width: int) -> int:
    """Return the bytes allowed at a width: those of the next listed width above."""
    return next(most for listed, most in BUDGETS[kind].items() if listed >= width)


def _fit(picture: Image.Image, kind: str, width: int) -> Variant:
    """Write one file within its budget: the best quality that fits, found by halving."""
    qualities, most = _QUALITIES[kind], _budget(kind, width)
    low, high = 0, len(qualities) - 1
    best = b""
    while low <= high:
        middle = (low + high) // 2
        data = _encode(picture, kind, qualities[middle])
        if len(data) <= most:
            best, high = data, middle - 1
        else:
            low = middle + 1
    while not best:
        # Noise from edge to edge: keep the size that pages expect and give up detail.
        small = picture.resize((max(1, picture.width // 2), max(1, picture.height // 2)), Image.Resampling.BOX)
        picture = small.resize(picture.size, Image.Resampling.BICUBIC)
        data = _encode(picture, kind, qualities[-1])
        best = data if len(data) <= most or small.width <= 8 else b""
        if not best:
            picture = small.resize((max(1, small.width // 2), max(1, small.height // 2))).resize(picture.size)
            best = _encode(picture, kind, qualities[-1])
    return Variant(kind, width, picture.height, best)


def _encode(picture: Image.Image, kind: str, quality: int) -> bytes:
    out = io.BytesIO()
    if kind == "avif":
        picture.save(out, "AVIF", quality=quality, speed=8)
    elif kind == "webp":
        picture.save(out, "WEBP", quality=quality, method=4)
    else:
        picture.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
    return out.getvalue()

"""Pages made small for the wire: brotli or gzip, whichever the browser takes; static files are compressed once, by `assets`.

It compresses whole answers of a few kinds of text and refuses the rest: what is streamed, downloaded, partial or already
compressed goes as it is. It never lets the length of an answer tell a stranger what stands in it (BREACH): see decision 0005.
"""

import gzip
import io
import secrets
from collections.abc import Callable

import brotli  # type: ignore[import-untyped]
from flask import Flask, current_app, request
from werkzeug.wrappers import Response

from marketplace.web.security import is_vouched_for

KINDS = frozenset({"text/html", "application/json", "image/svg+xml"})
#: Below this an answer fits into the first packets anyway.
LEAST_BYTES = 1024
#: Levels at which a page takes a millisecond or two.
GZIP_LEVEL, BROTLI_QUALITY = 6, 5
#: A private answer is made longer by up to so many bytes, anew each time.
MOST_PADDING = 64


def configure_compression(app: Flask) -> None:
    """Compress what the views answer. Call it first: what is asked for first of `after_request` runs last."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if not _is_kind(response):
        return response
    response.vary.add("Accept-Encoding")
    if response.status_code != 200 and response.status_code < 400:
        return response
    body = response.get_data()
    if len(body) < LEAST_BYTES:
        return response
    is_private = current_app.config["SESSION_COOKIE_NAME"] in request.cookies
    if is_private and not is_vouched_for():
        return response
    name, verb = _choose(is_private=is_private)
    if verb is None:
        return response
    response.set_data(verb(body))
    response.headers["Content-Encoding"] = name
    _weaken(response)
    return response


def _is_kind(response: Response) -> bool:
    """Say whether this is a whole page: neither streamed nor a file to be saved, and not compressed yet."""
    headers = response.headers
    return not (
        response.mimetype not in KINDS
        or response.is_streamed
        or response.direct_passthrough
        or "Content-Encoding" in headers
        or "Content-Range" in headers
        or headers.get("Content-Disposition", "").startswith("attachment")
        or response.cache_control.no_transform
    )


def _choose(*, is_private: bool) -> tuple[str, Callable[[bytes], bytes] | None]:
    """Return the encoding the browser likes best and how to make it; brotli where it likes both. Private answers take gzip,
    whose format has room for padding."""
    accepted = request.accept_encodings
    gzip_quality, brotli_quality = accepted.quality("gzip"), accepted.quality("br")
    if is_private:
        return "gzip", (_padded_gzip if gzip_quality > 0 else None)
    if brotli_quality > 0 and brotli_quality >= gzip_quality:
        return "br", _brotli
    return "gzip", (_gzip if gzip_quality > 0 else None)


def _brotli(body: bytes) -> bytes:
    made: bytes = brotli.compress(body, mode=brotli.MODE_TEXT, quality=BROTLI_QUALITY)
    return made


def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, GZIP_LEVEL, mtime=0)


def _padded_gzip(body: bytes) -> bytes:
    """Compress under a file name of random length: browsers pass it over, and the length says less about the page."""
    sink = io.BytesIO()
    padding = "a" * secrets.randbelow(MOST_PADDING + 1)
    with gzip.GzipFile(filename=padding, mode="wb", compresslevel=GZIP_LEVEL, fileobj=sink, mtime=0) as file:
        file.write(body)
    return sink.getvalue()


def _weaken(response: Response) -> None:
    """Let a strong ETag promise no more than it can: the bytes now differ by encoding, the meaning does not."""
    tag, is_weak = response.get_etag()
    if tag is not None and not is_weak:
        response.set_etag(tag, weak=True)

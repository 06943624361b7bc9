"""Reads back what stands on a PDF of ours: its glyphs by the table that each face carries for readers."""

import re
import zlib


def pages_of(data: bytes) -> list[str]:
    """Return the words of each page, in the order in which they were drawn, one piece a line."""
    streams = [_inflated(found) for found in re.findall(rb"stream\n(.*?)\nendstream", data, re.DOTALL)]
    letters = {}
    for stream in streams:
        for glyph, word in re.findall(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>\n", stream if b"beginbfchar" in stream else b""):
            letters[int(glyph, 16)] = bytes.fromhex(word.decode()).decode("utf-16-be")
    return [_words(stream, letters) for stream in streams if b" Tf ET" in stream]


def _words(stream: bytes, letters: dict[int, str]) -> str:
    pieces = []
    for piece in re.findall(rb"\(((?:\\.|[^\\)])*)\) Tj", stream, re.DOTALL):
        plain = re.sub(rb"\\(.)", lambda found: {b"r": b"\r", b"n": b"\n"}.get(found[1], found[1]), piece, flags=re.DOTALL)
        pieces.append("".join(letters[int.from_bytes(plain[at : at + 2])] for at in range(0, len(plain), 2)))
    return "\n".join(pieces)


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream

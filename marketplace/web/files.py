"""Files that one page may show and nobody else may have."""

from pathlib import Path

from flask import Response, send_file


def send_private(path: Path, mimetype: str) -> Response:
    """Send a file that the page has found this reader may see; no cache keeps it."""
    answer = send_file(path, mimetype=mimetype, etag=False)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer

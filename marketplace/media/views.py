"""Serving of public pictures' files: by hash, under their own type, for ever. What is private has no address here."""

from pathlib import Path

from flask import Blueprint, Response, current_app, send_file

from marketplace.kernel.errors import NotThere
from marketplace.media.queries import is_public_image
from marketplace.media.services import DiskStore
from marketplace.media.values import MEDIA_TYPES
from marketplace.web.db import reader
from marketplace.web.policy import policy

bp = Blueprint("media", __name__)


def store() -> DiskStore:
    """Return the store of this process."""
    return DiskStore(Path(current_app.extensions["settings"].media_dir))


@bp.get("/media/<sha256>/<name>")
@policy("media.show", public=True)
def show(sha256: str, name: str) -> Response:
    """Send one file of a public picture."""
    path = store().path(sha256, name)
    if path is None or not is_public_image(reader(), sha256):
        raise NotThere
    answer = send_file(path, mimetype=MEDIA_TYPES[path.suffix[1:]], conditional=True, etag=False, max_age=31_536_000)
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer

"""Static files: joined, named by their content, compressed; the manifest maps a plain name to the hashed one."""

import contextlib
import hashlib
import json
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

from flask import Flask
from whitenoise import WhiteNoise
from whitenoise.compress import Compressor

from marketplace.web.security import HEADERS

MANIFEST = "manifest.json"
HASHED = re.compile(r"\.[0-9a-f]{12}\.[a-z0-9]+$")
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def build(source: Path, target: Path) -> dict[str, str]:
    """Write hashed copies of everything in `source` to `target` with .gz and .br twins; return name -> hashed name.

    What the build before this one named stays beside it; what was older goes.
    css/*.css are joined in name order into site.css; js/<name>.js becomes <name>.js; the rest keeps its path.
    """
    files = _gather(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    fresh.chmod(0o755)
    manifest = _names(files)
    compressor = Compressor(quiet=True)
    for name, content in files.items():
        path = fresh / manifest[name]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        if compressor.should_compress(path.name):
            list(compressor.compress(str(path)))
    (fresh / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True))
    standing = _standing(target)
    if standing == manifest:
        # another process that started at the same time was quicker
        shutil.rmtree(fresh)
        return manifest
    _keep(standing, target, fresh)
    _put_in_place(fresh, target)
    return manifest


def _standing(target: Path) -> dict[str, str]:
    """Return the manifest of what was built before; empty where nothing was, or nothing that can be read."""
    try:
        return dict(json.loads((target / MANIFEST).read_text()))
    except (OSError, ValueError):
        return {}


def _keep(standing: dict[str, str], target: Path, fresh: Path) -> None:
    """Copy what the release before named: pages that are open, kept or still sent by its processes go on asking for it."""
    for name in standing.values():
        for path in (target / name).parent.glob(f"{Path(name).name}*"):
            kept = fresh / path.relative_to(target)
            if not kept.exists():
                kept.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, kept)


def _gather(source: Path) -> dict[str, bytes]:
    files: dict[str, bytes] = {"site.css": _join_css(source / "css")}
    for path in sorted(source.rglob("*")):
        name = path.relative_to(source).as_posix()
        if path.is_file() and not name.startswith("css/"):
            files[name.removeprefix("js/")] = path.read_bytes()
    return files


def _names(files: dict[str, bytes]) -> dict[str, str]:
    """Return each name with its content's hash before the ending."""
    hashed = {}
    for name, content in files.items():
        stem, _, ending = name.rpartition(".")
        hashed[name] = f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}.{ending}"
    return hashed


def _put_in_place(fresh: Path, target: Path) -> None:
    """Swap the folders; where another process starting at the same time was quicker, its files (the same) stay."""
    old = fresh.with_name(fresh.name + "-old")
    with contextlib.suppress(OSError):
        target.rename(old)
    with contextlib.suppress(OSError):
        fresh.rename(target)
    for leftover in (fresh, old):
        shutil.rmtree(leftover, ignore_errors=True)


def _join_css(folder: Path) -> bytes:
    joined = "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.css")))
    lines = (line.strip() for line in _CSS_COMMENT.sub("", joined).splitlines())
    return "\n".join(line for line in lines if line).encode()


def _add_headers(headers: Any, _path: str, _url: str) -> None:
    """Put on each static file what the pages carry: a drawing opened by itself is a document too."""
    for name, value in HEADERS.items():
        headers[name] = value


def configure_assets(app: Flask, source: Path, target: Path) -> None:
    """Serve the built files for ever under /static/; build them the first time, or anew when the sources say something else."""
    # By content, not by time: a release that was copied or checked out may be older by the clock than what was built before.
    manifest = _names(_gather(source))
    if _standing(target) != manifest:
        build(source, target)
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(target),
        prefix="static/",
        immutable_file_test=lambda _path, url: bool(HASHED.search(url)),
        max_age=3600,
        allow_all_origins=False,
        add_headers_function=_add_headers,
    )

    def static(name: str) -> str:
        return f"/static/{manifest[name]}"

    app.jinja_env.globals["static"] = static
    extensions: dict[str, Any] = app.extensions
    extensions["static_manifest"] = manifest

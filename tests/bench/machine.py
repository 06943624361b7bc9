"""What was measured on: the machine, the versions, the commit."""

import os
import platform
import sqlite3
import subprocess
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def facts():
    """Return (what, value) of this machine and this tree; no names of hosts or people."""
    return [
        ("processor", _first_of("/proc/cpuinfo", "model name") or platform.machine()),
        ("cores", f"{len(os.sched_getaffinity(0)) if hasattr(os, 'sched_getaffinity') else os.cpu_count()}"),
        ("memory", _memory()),
        ("load before", load()),
        ("Python", platform.python_version()),
        ("SQLite", sqlite3.sqlite_version),
        ("libraries", ", ".join(f"{name} {version(name)}" for name in ("flask", "sqlalchemy", "granian", "psycopg"))),
        ("commit", _commit()),
    ]


def load():
    """Return how many processes wanted the processors, over one, five and fifteen minutes."""
    return ", ".join(f"{each:.1f}" for each in os.getloadavg())


def _first_of(path, name):
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), None)


def _memory():
    kilobytes = (_first_of("/proc/meminfo", "MemTotal") or "").split()
    return f"{int(kilobytes[0]) / 1024**2:.1f} GiB" if kilobytes else "unknown"


def _commit():
    try:
        named = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True)
        changed = subprocess.run(
            ["git", "status", "--porcelain", "--untracked-files=no"], cwd=ROOT, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return "no repository"
    return named.stdout.strip() + (" with changes" if changed.stdout.strip() else "")

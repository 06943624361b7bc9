"""Named points at which a test may let a process die, as kill -9 would: between what was written down and what comes next.

A point does nothing, unless the process runs as a test and `LOTUSFAIR_DIES_AT` names it; `NAME*3` dies at the third passing.
"""

import os
import signal
from collections.abc import Mapping

_MODE, _DIES_AT = "LOTUSFAIR_MODE", "LOTUSFAIR_DIES_AT"


class Fuse:
    """Burns at one named point, after it was passed often enough."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        armed = environ.get(_DIES_AT, "") if environ.get(_MODE) == "test" else ""
        self._name, _, times = armed.partition("*")
        self._left = int(times or 1)

    def burns(self, name: str) -> bool:
        """Say whether the process dies at this passing of a point."""
        if not self._name or name != self._name:
            return False
        self._left -= 1
        return self._left == 0


_fuse = Fuse(os.environ)


def point(name: str) -> None:
    """Pass a named point."""
    if _fuse.burns(name):
        os.kill(os.getpid(), signal.SIGKILL)

"""What a deployment says of a way to pay: words of the environment, and secrets that may lie in files of their own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


class BadSetting(Exception):
    """What is configured makes no way to pay, or one that must not run."""


@dataclass(frozen=True)
class Configured:
    """The words that begin with `LOTUSFAIR_`. They hold secrets and are never printed."""

    words: Mapping[str, str] = field(repr=False)
    is_production: bool
    #: Where people reach this site, if it is known.
    public_url: str | None = None

    def text(self, name: str, default: str = "") -> str:
        """Return a word."""
        return self.words.get(name, "").strip() or default

    def secret(self, name: str) -> str:
        """Return a secret from its word, or from the file that `…_FILE` names; '' where there is neither.

        Raises:
            BadSetting: the file cannot be read.
        """
        given, path = self.text(name), self.text(f"{name}_FILE")
        if given or not path:
            return given
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise BadSetting(f"{name}_FILE names a file that cannot be read: {path}") from error

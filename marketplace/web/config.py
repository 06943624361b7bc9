"""Configuration from the environment, read once; start-up refuses what would be unsafe in production."""

import contextlib
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from marketplace.kernel.crypto import Sealer, derive_key

#: Shorter secrets can be guessed.
LEAST_SECRET_CHARACTERS = 32
#: Fewer kinds of characters than this are no random secret.
LEAST_KINDS = 8
#: Long enough, but published: those of the tests and of the documentation.
KNOWN_SECRETS = frozenset({"for tests alone, never for people", "at least 32 random characters, please"})

#: Shown where no real money may come.
INVENTED_ACCOUNT = "示例账户：莲乡集（不可汇款）|示例银行莲花支行|0000 0000 0000 0000"


_FACTORY = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*", re.ASCII)


class UnsafeConfiguration(Exception):
    """The environment asks for something that must not run."""


class Mode(StrEnum):
    """What this process is for."""

    DEMO = "demo"
    TEST = "test"
    PRODUCTION = "production"


@dataclass(frozen=True)
class Settings:
    """All that the environment can say."""

    mode: Mode
    database_url: str
    database_read_url: str | None
    data_dir: Path
    secret: bytes = field(repr=False)
    seal_secret: bytes = field(repr=False)
    port: int = 8000
    public_url: str | None = None
    metrics_token: str | None = field(default=None, repr=False)
    trusted_proxies: int = 0
    #: `package.module:factory` of the object through which SMS leave.
    sms_door: str | None = None
    #: Holder, bank and number of the county's account, as buyers must write them; lines are parted by '|'.
    offline_account: tuple[str, ...] = ()
    #: All words that begin with `LOTUSFAIR_`, for the ways to pay, which read their own.
    words: Mapping[str, str] = field(default_factory=dict, repr=False)
    #: What a seller must have earned before a month's settlement sends it, and how long a new account waits to be used.
    least_settlement_fen: int = 2_000
    account_cooling_days: int = 7

    @property
    def is_production(self) -> bool:
        """Whether real people's data and money are here."""
        return self.mode is Mode.PRODUCTION

    @property
    def media_dir(self) -> Path:
        """Folder of cleaned pictures."""
        return self.data_dir / "media"

    @property
    def static_dir(self) -> Path:
        """Folder of hashed and compressed static files."""
        return self.data_dir / "static"

    def sealer(self) -> Sealer:
        """Return the sealer of personal data; the key id carries the generation."""
        return Sealer({"k1": derive_key(self.seal_secret, "seal/k1")}, "k1", derive_key(self.seal_secret, "blind"))

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read the settings.

        Raises:
            UnsafeConfiguration: production without real secrets, or a word we don't know.
        """
        env = os.environ if environ is None else environ
        try:
            mode = Mode(env.get("LOTUSFAIR_MODE", "demo"))
        except ValueError as error:
            raise UnsafeConfiguration(f"LOTUSFAIR_MODE must be one of {', '.join(Mode)}") from error
        data_dir = Path(env.get("LOTUSFAIR_DATA_DIR", "instance")).resolve()
        data_dir.mkdir(parents=True, exist_ok=True)
        port = env.get("PORT", "8000")
        if _whole(port, 65535) in (None, 0):
            raise UnsafeConfiguration("PORT must be a number from 1 to 65535")
        least, cooling = env.get("LOTUSFAIR_LEAST_SETTLEMENT", "20"), env.get("LOTUSFAIR_ACCOUNT_COOLING_DAYS", "7")
        least_yuan, cooling_days = _whole(least, 10_000), _whole(cooling, 90)
        if not least_yuan:
            raise UnsafeConfiguration("LOTUSFAIR_LEAST_SETTLEMENT must be whole yuan from 1 to 10000")
        if cooling_days is None:
            raise UnsafeConfiguration("LOTUSFAIR_ACCOUNT_COOLING_DAYS must be a number from 0 to 90")
        proxies = _whole(env.get("LOTUSFAIR_TRUSTED_PROXIES", "0"), 9)
        if proxies is None:
            raise UnsafeConfiguration("LOTUSFAIR_TRUSTED_PROXIES must be a number from 0 to 9")
        return cls(
            mode=mode,
            database_url=env.get("DATABASE_URL") or f"sqlite:///{data_dir / 'lotusfair.db'}",
            database_read_url=env.get("DATABASE_READ_URL") or None,
            data_dir=data_dir,
            secret=_secret(env, "LOTUSFAIR_SECRET_KEY", mode, data_dir),
            seal_secret=_secret(env, "LOTUSFAIR_SEAL_KEY", mode, data_dir),
            port=int(port),
            public_url=env.get("LOTUSFAIR_PUBLIC_URL") or None,
            metrics_token=env.get("LOTUSFAIR_METRICS_TOKEN") or None,
            trusted_proxies=proxies,
            offline_account=_account(env, mode),
            least_settlement_fen=least_yuan * 100,
            account_cooling_days=cooling_days,
            sms_door=_factory(env, "LOTUSFAIR_SMS_DOOR"),
            words={name: value for name, value in env.items() if name.startswith("LOTUSFAIR_")},
        )


def _account(env: Mapping[str, str], mode: Mode) -> tuple[str, ...]:
    """Return where buyers transfer money to; outside production an invented account stands in."""
    given = env.get("LOTUSFAIR_OFFLINE_ACCOUNT", "" if mode is Mode.PRODUCTION else INVENTED_ACCOUNT)
    return tuple(part.strip() for part in given.split("|") if part.strip())


def _factory(env: Mapping[str, str], name: str) -> str | None:
    """Return the address of a factory as it is written; whether it is there is seen when it is called."""
    given = env.get(name) or None
    if given and not _FACTORY.fullmatch(given):
        raise UnsafeConfiguration(f"{name} must be written package.module:factory")
    return given


def _whole(text: str, most: int) -> int | None:
    """Return a whole number from 0 to `most`, or None where the text is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= most else None


def _secret(env: Mapping[str, str], name: str, mode: Mode, data_dir: Path) -> bytes:
    """Return a secret from the environment, a file it names, or (outside production) one made and kept in the data folder."""
    given = env.get(name)
    if not given and (path := env.get(f"{name}_FILE")):
        try:
            given = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise UnsafeConfiguration(f"{name}_FILE names a file that cannot be read: {path}") from error
    if given:
        if mode is Mode.PRODUCTION and (
            len(given) < LEAST_SECRET_CHARACTERS or given.lower() in KNOWN_SECRETS or len(set(given)) < LEAST_KINDS
        ):
            raise UnsafeConfiguration(f"{name} must be at least {LEAST_SECRET_CHARACTERS} random characters in production")
        return given.encode()
    if mode is Mode.PRODUCTION:
        raise UnsafeConfiguration(f"production needs {name} or {name}_FILE: there is no default secret")
    return _kept_secret(data_dir / "keys" / name.lower())


def _kept_secret(path: Path) -> bytes:
    """Return the secret kept in a file only we may read, making it the first time.

    Written aside and linked into place, so that of two processes starting together neither reads half a secret.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        aside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_hex(32).encode())
        with contextlib.suppress(FileExistsError):
            os.link(aside, path)
        aside.unlink()
    return path.read_bytes()

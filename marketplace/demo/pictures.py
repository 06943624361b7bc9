"""The demonstration's pictures: drawn, printed with a little grain, and sent through the photo pipeline like any photograph.

Encoding takes most of a second each, so it runs in processes beside the build; whoever needs a picture waits for that one.
"""

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from types import TracebackType
from typing import Self

from sqlalchemy.orm import Session

from marketplace.media import illustrations
from marketplace.media import services as media
from marketplace.media.storage import Store, keep_files
from marketplace.media.values import CleanImage

#: How often each kind is drawn in the full county: sixty in all.
_WANTED = (
    ("lotus_seed", 7), ("rice", 8), ("vegetables", 8), ("tea", 7), ("lotus_root", 5), ("camellia_oil", 5), ("lotus_flower", 5),
    ("honey", 4), ("seedlings", 4), ("lotus_pond", 2), ("terraced_rice", 1), ("tea_hill", 1), ("valley", 1), ("old_street", 2),
)  # fmt: skip
#: What a picture shows, for those who cannot see it; each says that it is drawn.
_ALT = {
    "lotus_seed": "莲子", "rice": "大米", "vegetables": "蔬菜", "tea": "茶叶", "lotus_root": "莲藕", "camellia_oil": "山茶油",
    "lotus_flower": "荷花", "honey": "蜂蜜", "seedlings": "花苗", "lotus_pond": "莲塘", "terraced_rice": "梯田",
    "tea_hill": "茶山", "valley": "山谷", "old_street": "老街",
}  # fmt: skip
_MOODS = ("noon", "dawn", "dusk")
Drawing = tuple[str, int, str]


def drawings(count: int) -> tuple[Drawing, ...]:
    """Return (kind, seed, mood) of `count` pictures: the first of every kind before the second of any."""
    most = max(wanted for _, wanted in _WANTED)
    every = [(kind, seed, _MOODS[seed % 3]) for seed in range(most) for kind, wanted in _WANTED if seed < wanted]
    return tuple(every[:count])


def encode(drawing: Drawing, width: int) -> CleanImage:
    """Draw, print and clean one picture."""
    kind, seed, mood = drawing
    return media.accept_image(illustrations.rasterise(illustrations.render(kind, seed, mood), width, seed))


class Pictures:
    """The pictures while they are made; a context, because it may own processes."""

    def __init__(self, store: Store, *, count: int, width: int, processes: int) -> None:
        self._store = store
        self._width = width
        self._drawings = drawings(count)
        self._pool = self._open(processes) if processes else None
        self._coming: dict[Drawing, Future[CleanImage]] = {}
        self._keys: dict[tuple[Drawing, bool], int] = {}
        for drawing in self._drawings if self._pool else ():
            self._coming[drawing] = self._pool.submit(encode, drawing, width)  # type: ignore[union-attr]

    @staticmethod
    def _open(processes: int) -> ProcessPoolExecutor:
        # Not forked: the build holds open databases, and what they share with a fork they break.
        return ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def chooser(self, session: Session, *, is_public: bool = True) -> Callable[[str, int], int | None]:
        """Return the function that gives the key of the n-th picture of a kind, storing it the first time."""
        self._keys.clear()

        def key_of(kind: str, number: int) -> int | None:
            those = [drawing for drawing in self._drawings if drawing[0] == kind]
            return self._stored(session, those[number % len(those)], is_public=is_public) if those else None

        return key_of

    def store_rest(self, session: Session) -> int:
        """Store what nobody has asked for; return how many pictures there are."""
        for drawing in self._drawings:
            self._stored(session, drawing)
        return len(self._drawings)

    def _stored(self, session: Session, drawing: Drawing, *, is_public: bool = True) -> int:
        if (drawing, is_public) not in self._keys:
            clean = self._coming[drawing].result() if self._pool else encode(drawing, self._width)
            clean = clean if is_public else clean.kept_private()
            keep_files(self._store, clean)
            image = media.store_image(session, clean, uploaded_by=None, alt=f"{_ALT[drawing[0]]}（示意插图）")
            self._keys[drawing, is_public] = image.id
        return self._keys[drawing, is_public]


def kinds_of(names: Sequence[str], count: int) -> tuple[str, ...]:
    """Return those of some kinds that are among the first `count` pictures, or the first kind there is."""
    there = {kind for kind, _, _ in drawings(count)}
    return tuple(name for name in names if name in there) or (drawings(count)[0][0],)

"""Words by which goods, tours and places are found, without a dictionary: characters and pairs of them, pinyin, Latin words.

Chinese has no spaces, and word lists miss what a county grows. Single characters and neighbouring pairs, written with spaces,
find every query of one character or more in any engine that splits at spaces. Pinyin stands beside them: each syllable,
neighbouring syllables joined (`lianzi`), and their initials (`lz`).
"""

import re
import unicodedata
from collections.abc import Iterable

from pypinyin import lazy_pinyin

_HANZI = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003134f]+")
_LATIN = re.compile("[a-z0-9]+")
#: Longest run of syllables that somebody types in one word.
MOST_JOINED = 5
#: A query longer than this is no longer one.
MOST_QUERY_CHARACTERS = 60
MOST_QUERY_WORDS = 12


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _grams(run: str) -> list[str]:
    return [*run, *(run[at : at + 2] for at in range(len(run) - 1))]


def _pinyin(run: str) -> list[str]:
    syllables = [each for each in lazy_pinyin(run) if each.isascii() and each.isalpha()]
    words = list(syllables)
    for length in range(2, min(MOST_JOINED, len(syllables)) + 1):
        for at in range(len(syllables) - length + 1):
            part = syllables[at : at + length]
            words += ["".join(part), "".join(syllable[0] for syllable in part)]
    return words


def index_text(parts: Iterable[str]) -> str:
    """Return everything some texts can be found by, as words joined by spaces, each once."""
    words: dict[str, None] = {}
    for part in parts:
        folded = _folded(part)
        for run in _HANZI.findall(folded):
            words.update(dict.fromkeys([*_grams(run), *_pinyin(run)]))
        words.update(dict.fromkeys(_LATIN.findall(folded)))
    return " ".join(words)


def query_words(text: str) -> tuple[str, ...]:
    """Return the words that must all be found for a query; those ending in '*' may go on. Empty when nothing can be sought."""
    folded = _folded(text)[:MOST_QUERY_CHARACTERS]
    words: dict[str, None] = {}
    for run in _HANZI.findall(folded):
        words.update(dict.fromkeys([run] if len(run) == 1 else (run[at : at + 2] for at in range(len(run) - 1))))
    for word in _LATIN.findall(folded):
        words[f"{word}*" if len(word) > 2 else word] = None
    return tuple(words)[:MOST_QUERY_WORDS]


def latin(text: str) -> str:
    """Return a text in Latin letters, words joined by hyphens: for addresses."""
    return "-".join(lazy_pinyin(text))

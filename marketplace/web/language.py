"""Languages: which one this reader has, and the words of every package in it.

Source words are English; Chinese stands in marketplace/<package>/words/zh.po, read at start-up so that nothing needs compiling.
"""

import functools
import io
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask, g, request
from flask_babel import Babel, Domain, get_locale
from markupsafe import Markup
from werkzeug.wrappers import Response

LANGUAGES = ("zh", "en")
#: Preferences remembered from `?name=value`: name -> allowed values.
PREFERENCES = {"lang": LANGUAGES, "elder": ("0", "1"), "lite": ("0", "1")}
ONE_YEAR = 365 * 24 * 3600


class HouseWords(Domain):
    """The words of all packages together."""

    def __init__(self, folders: list[Path]) -> None:
        super().__init__()
        self.loaded = {"zh": _load(tuple(folders), "zh"), "en": Translations()}

    def get_translations(self) -> Translations:
        """Return the catalogue of this reader's language."""
        return self.loaded[locale_id()]

    def said(self, language: str, sentence: str) -> str:
        """Return a sentence in a language, for words that leave without a reader's request."""
        return str(self.loaded[language].gettext(sentence))

    def in_template(self, sentence: str, **variables: object) -> Markup:
        """Say a sentence of a template: what is put into it is escaped, and '%' is written '%%', as in Jinja's own `_()`, which
        takes twice the time to find the same words. A page has a hundred sentences."""
        words = Markup(self.loaded[locale_id()].gettext(sentence))  # noqa: S704 (our own words)
        return words % variables if "%" in words else words


@functools.cache
def _load(folders: tuple[Path, ...], language: str) -> Translations:
    """Read the words of a language; once a process, for reading them takes longer than all else at start-up."""
    merged = Translations()
    for folder in folders:
        path = folder / "words" / f"{language}.po"
        if not path.exists():
            continue
        with path.open("rb") as file:
            catalog = read_po(file, locale=language)
        compiled = io.BytesIO()
        write_mo(compiled, catalog)
        compiled.seek(0)
        merged.merge(Translations(fp=compiled))
    if language == "zh":
        merged.plural = lambda _count: 0  # Chinese has one form for every number
    return merged


def configure_language(app: Flask) -> None:
    """Choose the language from `?lang=`, then the cookie, then the browser; remember what was asked for."""
    Babel(app, default_locale="zh", default_timezone="Asia/Shanghai", locale_selector=_select)
    packages = sorted(path.parent for path in Path(app.root_path).glob("*/words"))
    words = HouseWords(packages)
    app.extensions["babel"].instance.domain_instance = words
    app.extensions["words"] = words
    app.jinja_env.globals.update(_=words.in_template, gettext=words.in_template)
    app.before_request(_read_preferences)
    app.after_request(_remember)


def locale_id() -> str:
    """Return 'zh' or 'en'."""
    locale = get_locale()
    return "en" if locale is not None and locale.language == "en" else "zh"


def _select() -> str:
    wish: str = (
        preference("lang")
        or request.accept_languages.best_match(["zh", "zh-CN", "zh-Hans-CN", "zh-TW", "en", "en-GB", "en-US"])
        or "zh"
    )
    return "en" if wish.startswith("en") else "zh"


def preference(name: str) -> str | None:
    """Return the remembered or freshly asked value of a preference, or None."""
    for source in (request.args, request.cookies):
        value = source.get(name)
        if value in PREFERENCES[name]:
            return value
    return None


def _read_preferences() -> None:
    g.to_remember = {name: request.args[name] for name, allowed in PREFERENCES.items() if request.args.get(name) in allowed}


def _remember(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.vary.update(("Accept-Language", "Cookie", "Save-Data"))
    for name, value in g.get("to_remember", {}).items():
        response.set_cookie(name, value, max_age=ONE_YEAR, httponly=True, secure=request.is_secure, samesite="Lax")
    return response

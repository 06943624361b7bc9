"""Bad inputs: values no honest browser sends, the names under which each package listens, and requests made of both.

Nothing here knows a route by name: routes come from the application's url map, names of fields from the packages' sources and
from the forms that their pages show. A new page is therefore asked from the day it arrives.
"""

import ast
import functools
import importlib.util
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib import parse

LONG = "莲" * 350_000
#: Text that has broken something somewhere: each reaches a field as UTF-8.
BAD_TEXTS = (
    "", " ", "\x00", "a\x00b", "\x01\x02\x1b[31m", "\u202e\u2066txt.exe\u2069", "\ufeff\u200b", "\u2028\u2029",
    "\ud7ff\ue000\uffff",
    "🍚🧑‍🌾👨‍👩‍👧‍👦", "𠀀𪚥龘", "e\u0301" * 40, "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢", "İıſﬃ", "ﷺ" * 60, "x" * 201, "莲" * 2001,
    "9" * 400, LONG,
    "-1", "0", "-0", "+5", "1e400", "NaN", "Infinity", "-Infinity", "0x10", "1_000", "0.001", ".5", "5.", "1,2,3", "¥", "¥-1",
    "--1",
    "2147483648", "9223372036854775807", "9223372036854775808", "-9223372036854775809",
    "340282366920938463463374607431768211456",
    "１２３", "２０２６－０９－１２", "²³", "①", "੩", "१२३", "٣", "Ⅷ", "½", "一千", "壹",
    "2026-02-30", "2026-13-01", "0000-00-00", "9999-12-31", "0001-01-01", "10000-01-01", "2026-09", "2026-00", "9999-99",
    "0000-01",
    "2026-9-1T00:00", "1969-12-31", "२०२६-०९-१२",
    "13900000000", "１３９００００００００", "+8613900000000", "00000000000", "360321198801010014", "36032119880101001X",
    "' OR '1'='1", "'; DROP TABLE users; --", "\\", "%", "%s%d%n", "%(name)s", "{0.__class__}", "{{ 7*7 }}", "{% raw %}",
    "${jndi:x}",
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "javascript:alert(1)", "=1+1", "@SUM(A1)",
    "+cmd|' /C calc'!A0",
    "../../etc/passwd", "..\\..\\x", "/dev/null", "C:\\con", "file.jpg\x00.png", "a/b", "//evil.example",
    "https://evil.example/", "\r\nX-Evil: 1",
    "null", "None", "true", "undefined", "[]", "{}", "[object Object]", '{"a":', "a=b&c=d", "a;b", "*", "?", "#", "&",
    "AND NOT OR NEAR",
    '"', "'", '""', "(((", "^", "~", "lianzi\x00", "大米*", "rice\"", "NEAR(a b, 10)", "col:val",
)  # fmt: skip
#: Pieces of an address or a body that are not even UTF-8.
BROKEN_BYTES = (b"%ff%fe", b"%c0%80", b"%ed%a0%80", b"%f8%88%80%80%80", b"%", b"%zz", b"%u0041", b"%00", b"\xff\xfe", b"\xe4\xbd")
BAD_HEADERS = (
    ("Accept-Language", "x" * 5000), ("Accept-Language", "zh;q=NaN, en;q=1e400, *;q=-1"), ("Accept-Language", ",,;;q="),
    ("Accept-Language", "zh-Hans-CN-x-莲".encode().decode("latin-1")), ("Accept", "text/html;q=x"),
    ("Accept-Encoding", "br;q=2, \x7f"),
    ("Content-Type", "application/x-www-form-urlencoded; charset=utf-99"), ("Content-Type", ";;;"),
    ("Content-Type", "multipart/form-data"),
    ("Content-Type", "application/json; charset=\"x"), ("Content-Length", "-1"), ("Content-Length", "abc"),
    ("Content-Length", "９"),
    ("Content-Length", "99999999999999999999"), ("Transfer-Encoding", "chunked"), ("Range", "bytes=-1-5,9-0"),
    ("Range", "items=x"),
    ("If-Modified-Since", "Thu, 99 Foo 99999 99:99:99 GMT"), ("If-Modified-Since", "0"), ("If-None-Match", '"'),
    ("If-None-Match", "W/" * 99),
    ("Host", "a b"), ("Host", "evil.example:99999999"), ("Host", "[::1"), ("Host", ""),
    ("X-Forwarded-For", "1.2.3.4, \x01, 999.1.1.1"),
    ("X-Request-Id", "é\x7f<b>" + "y" * 3000), ("X-Request-Id", "{}"), ("Authorization", "Bearer \xff\xfe"),
    ("Authorization", "Basic !!!"),
    ("User-Agent", ""), ("User-Agent", "\xff" * 9000), ("Referer", "http://[bad"), ("Origin", "null"),
    ("Sec-Fetch-Site", "\xe9"),
    ("Save-Data", "on\t"), ("Cookie", "lang=%00; elder=2; fair="), ("Cookie", "=;=;;;;\xff=\xfe"),
    ("Cookie", "fair=" + "A" * 8000),
    ("Cookie", "fair=eyJfdXNlcl9pZCI6WzFdfQ.AAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAA; fair=x"),
    ("Cookie", "lang=en; lang=zh; lang=\"\\377\""),
    ("X-HTTP-Method-Override", "DELETE"), ("Expect", "999-nothing"), ("Upgrade", "h2c"), ("Forwarded", "for=\"[\""),
)  # fmt: skip
#: What a signed cookie of ours might hold after an older or a broken release, or under a stolen key.
BAD_SESSIONS = (
    {"_user_id": 5}, {"_user_id": ["x"]}, {"_user_id": "\x00"}, {"_user_id": "莲" * 999}, {"_user_id": None},
    {"_user_id": {"a": 1}},
    {"csrf_token": 5}, {"csrf_token": None}, {"csrf_token": ["x"]}, {"_flashes": "x"}, {"_flashes": [["ok"]]},
    {"_flashes": [1, 2]}, {"basket": "x"}, {"basket": ["P1"]},
    {"basket": {"\x00": 1, "P1": -5, "P2": "x", "P3": 10**30, "P4": None}},
    {"basket": {"P" * 9999: 1}}, {"orders": 5}, {"orders": ["\x00", None, 7]}, {"orders": {"a": 1}},
)  # fmt: skip
METHODS = ("DELETE", "PUT", "PATCH", "TRACE", "OPTIONS", "HEAD", "PROPFIND", "LOTUS", "post")
PNG = b"\x89PNG\r\n\x1a\n"
BAD_FILES = (
    ("a.jpg", b"", "image/jpeg"), ("a.jpg", b"\xff\xd8\xff\xe0" + b"\x00" * 30, "image/jpeg"), ("a.png", PNG, "image/png"),
    ("a.png", PNG + b"\x00\x00\x00\rIHDR\xff\xff\xff\xff\xff\xff\xff\xff\x08\x06\x00\x00\x00", "image/png"),
    ("a.svg", b"<svg onload='alert(1)'/>", "image/svg+xml"), ("a.gif", b"GIF89a" + b"\xff" * 9, "image/gif"),
    ("../../x.jpg", b"GIF87a<script>", "text/html"), ("\x00.xlsx", b"PK\x03\x04" + b"\x00" * 40, "application/zip"),
    ("r.xlsx", b"PK\x05\x06" + b"\x00" * 18, "application/zip"),
    ("r.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512, ""),
    ("r.xlsx", "户编号,姓名\n1,莲".encode(), "text/csv"), ("莲" * 300 + ".jpg", b"\xff\xd8\xff\xd9", "image/jpeg"),
    ("", b"x", ""),
    ("a.webp", b"RIFF\xff\xff\xff\xffWEBPVP8 ", "image/webp"),
    ("a.heic", b"\x00\x00\x00\x18ftypheic" + b"\x00" * 20, "image/heic"),
    ("big.jpg", b"\xff\xd8" + b"\x00" * 1_000_000, "image/jpeg"),
)  # fmt: skip


@functools.lru_cache(maxsize=500)
def quote(text: str, *, safe: str = "/", errors: str = "strict") -> str:
    """Quote as `urllib` does; the same long texts come again and again."""
    return parse.quote(text, safe=safe, errors=errors)


@dataclass
class Names:
    """The names a package listens to, wherever they are sent."""

    form: set[str] = field(default_factory=set)
    query: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)


@functools.cache
def names_heard(package: str) -> Names:
    """Read the names of form fields, query arguments and files out of a package's sources."""
    found = Names()
    spec = importlib.util.find_spec(f"marketplace.{package}")
    if spec is None or not spec.submodule_search_locations:
        return found
    for path in Path(spec.submodule_search_locations[0]).rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            _hear(node, found)
    return found


def _hear(node: ast.AST, found: Names) -> None:
    kinds = {"form": found.form, "args": found.query, "files": found.files}
    if isinstance(node, ast.ClassDef):
        for line in node.body:
            if isinstance(line, ast.Assign) and isinstance(line.value, ast.Call) and "Field" in ast.unparse(line.value.func):
                found.form.update(target.id for target in line.targets if isinstance(target, ast.Name))
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
        word = node.args[0].value if isinstance(node.args[0], ast.Constant) else None
        source = re.fullmatch(r"(?:request\.)?(form|args|files)\.\w+", ast.unparse(node.func)) if isinstance(word, str) else None
        if source:
            kinds[source[1]].add(word)
    elif isinstance(node, ast.Compare) and isinstance(node.left, ast.Constant) and isinstance(node.left.value, str):
        source = re.fullmatch(r"(?:request\.)?(form|args|files)", ast.unparse(node.comparators[0]))
        if source:
            kinds[source[1]].add(node.left.value)


@dataclass
class ShownForm:
    """A form as a page shows it: where it goes, what stands in its fields, and what its lists offer."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


#: What a person would type into an empty box of a type.
TYPED = {"tel": "13912345678", "number": "12", "date": "2026-09-12", "password": "ripe-lotus-seed-7", "search": "大米"}


class FormReader(HTMLParser):
    """Collects the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[ShownForm] = []
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(ShownForm(given.get("action", ""), given.get("method", "get").upper()))
            return
        if not self.forms:
            return
        form, name, kind = self.forms[-1], given.get("name", ""), given.get("type", "text")
        if tag == "select":
            self.select = name
        elif tag == "option" and self.select:
            form.choices[self.select].append(given.get("value", ""))
        elif tag in ("input", "textarea", "button") and name and name != "csrf_token":
            if kind in ("radio", "checkbox", "submit"):
                form.choices[name].append(given.get("value", "on"))
            else:
                typed = TYPED.get(kind) or ("28.80" if given.get("inputmode") == "decimal" else "12")
                form.values[name] = given.get("value") or (typed if given.get("inputmode") or kind != "text" else "一袋新米")


def forms_in(html: str) -> list[ShownForm]:
    """Return the forms of a page."""
    reader = FormReader()
    reader.feed(html)
    return reader.forms


@dataclass(frozen=True)
class Sent:
    """One request, ready to be sent. `what` tells a reader of a failure how to send it again."""

    method: str
    path: str
    arguments: dict[str, Any]
    what: str


@dataclass
class Maker:
    """Makes requests that are good but for something. `heard` are the package's names, `shown` the forms leading to the route."""

    chance: random.Random
    heard: Names
    shown: list[ShownForm]

    def value(self) -> str:
        if self.chance.random() < 0.15:
            return "".join(chr(self.chance.choice((0, 9, 13, 32, 37, 39, 92, 0x4E00, 0x1F600, 0x202E, 0x65))) for _ in range(12))
        return self.chance.choice(BAD_TEXTS)

    def fields(self) -> dict[str, list[str]]:
        """Return the fields of a shown form, filled in honestly; without one, the package's names with anything."""
        if not self.shown:
            return {name: [self.value()] for name in self.heard.form if self.chance.random() < 0.5}
        form = self.chance.choice(self.shown)
        filled = {name: [value] for name, value in form.values.items()}
        filled |= {name: [self.chance.choice(values)] for name, values in form.choices.items() if values}
        return filled

    def spoil(self, filled: dict[str, list[str]]) -> list[tuple[str, str]]:
        """Spoil one or two fields: a bad value, none, twice, or a name nobody asked for."""
        names = sorted({*filled, *self.heard.form}) or ["x"]
        for _ in range(self.chance.choice((1, 1, 1, 2, 3))):
            name, how = self.chance.choice(names), self.chance.random()
            if how < 0.72:
                filled[name] = [self.value()]
            elif how < 0.82:
                filled.pop(name, None)
            elif how < 0.92:
                filled[name] = [*filled.get(name, [self.value()]), self.value()]
            else:
                filled[self.chance.choice(("id", "state", "__class__", "name[]", "a.b", "user_id", "", "莲\x00"))] = [
                    self.value()
                ]
        return [(name, value) for name, values in filled.items() for value in values]

    def query(self) -> str:
        names = [*sorted(self.heard.query), "lang", "page", "x"]
        pairs = [(self.chance.choice(names), self.value()) for _ in range(self.chance.choice((1, 2, 3)))]
        raw = "&".join(f"{quote(name)}={quote(value[:3000], errors='surrogatepass')}" for name, value in pairs)
        if self.chance.random() < 0.2:
            raw += "&" + self.chance.choice(names) + "=" + self.chance.choice(BROKEN_BYTES).decode("latin-1")
        return raw

    def body(self) -> dict[str, Any]:
        """Return what the test client needs to send a spoiled form, well or badly wrapped."""
        pairs, how = self.spoil(self.fields()), self.chance.random()
        if how < 0.6:
            encoded = "&".join(f"{quote(name)}={quote(value, errors='surrogatepass')}" for name, value in pairs)
            if self.chance.random() < 0.1:
                encoded += "&" + (pairs[0][0] if pairs else "x") + "=" + self.chance.choice(BROKEN_BYTES).decode("latin-1")
            return {"data": encoded, "content_type": "application/x-www-form-urlencoded"}
        if how < 0.9:
            return {"data": self.multipart(pairs), "content_type": "multipart/form-data; boundary=lotus"}
        raw = json.dumps(dict(pairs)).encode()
        return self.chance.choice(
            (
                {"data": raw, "content_type": "application/json"},
                {"data": raw[:-7], "content_type": "application/json"},
                {"data": b"\xff\xfe" + raw[:90], "content_type": "application/x-www-form-urlencoded"},
                {"data": self.multipart(pairs)[:-30], "content_type": "multipart/form-data; boundary=lotus"},
                {"data": self.multipart(pairs), "content_type": "multipart/form-data"},
                {
                    "data": self.multipart(pairs),
                    "content_type": 'multipart/form-data; boundary="莲\x00'.encode().decode("latin-1"),
                },
                {"data": b"--lotus\r\n\r\n--lotus--", "content_type": "multipart/form-data; boundary=lotus"},
                {"data": b"&".join(b"a=%d" % n for n in range(2000)), "content_type": "application/x-www-form-urlencoded"},
            )
        )

    def multipart(self, pairs: list[tuple[str, str]]) -> bytes:
        """Return a multipart body written by hand, so that it may be wrong."""
        parts = []
        for name, value in pairs:
            head = f'Content-Disposition: form-data; name="{quote(name)}"\r\n\r\n'
            parts.append(head.encode() + value.encode("utf-8", "surrogatepass"))
        for name in sorted(self.heard.files):
            for _ in range(self.chance.choice((0, 1, 1, 3))):
                filename, data, kind = self.chance.choice(BAD_FILES)
                head = f'Content-Disposition: form-data; name="{name}"; filename="{filename}"\r\nContent-Type: {kind}\r\n\r\n'
                parts.append(head.encode() + data)
        return b"".join(b"--lotus\r\n" + part + b"\r\n" for part in parts) + b"--lotus--\r\n"


def bad_paths(chance: random.Random, rule: Any, path: str) -> Iterator[str]:
    """Yield addresses of the rule with bad parts, and the good one with rubbish behind it."""
    if rule.arguments:
        pieces = [piece for piece in rule._trace if piece[1] != "|"]
        for _ in range(3):
            made = ""
            for is_part, text in pieces:
                made += quote(chance.choice(BAD_TEXTS)[:200] or "0", safe="", errors="surrogatepass") if is_part else text
            yield made
        number = chance.choice(("9223372036854775808", "99999999999999999999999999", "0", "-1", "１２", "00001", "2147483648"))
        yield "".join(quote(number) if is_part else text for is_part, text in pieces)
    yield path + chance.choice(("/", "//", "%00", "/..%2f..%2fetc", "%ff", ";a=b", "/" + "a" * 5000, "%0d%0aX:1", "?&=&&%"))

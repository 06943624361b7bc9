"""What holds for every module and template: size, layouts, nothing inline."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
#: The house aims at 400 lines; beyond this a module is split by noun.
MOST_LINES = 450
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*.html"))
JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
#: A script element of these types holds no code.
DATA = ("application/ld+json", "application/json")
#: Our own drawings, written in the file itself.
DRAWN = "icons.html"
LAYOUTS = {f"_layouts/{name}.html" for name in ("shop", "desk", "office", "error", "base")}


def modules():
    # a migration is a list of tables as they were that day, and stays as long as they are many
    return sorted((ROOT / "marketplace").rglob("*.py"))


def test_no_module_outgrows_its_room():
    # A migration is a record of one package's tables on one day, written once and read by nobody's eye for structure.
    long = {
        str(path.relative_to(ROOT)): count
        for path in modules()
        if "migrations" not in path.parts and (count := len(path.read_text().splitlines())) > MOST_LINES
    }
    assert long == {}


def inline_code(source):
    """Return what the site's content security policy would refuse: (line, what)."""
    found = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attributes):
            names = dict(attributes)
            if tag == "style" or (tag == "script" and "src" not in names and names.get("type") not in DATA):
                found.append((self.getpos()[0], f"<{tag}>"))
            for name, value in attributes:
                if name == "style" or name.startswith("on") or (value or "").strip().lower().startswith("javascript:"):
                    found.append((self.getpos()[0], f"{tag} {name}="))

        handle_startendtag = handle_starttag

    reader = Reader()
    # an expression may stand where a name would: it becomes a word that is no attribute of concern
    reader.feed(JINJA.sub(lambda match: "\n" * match.group().count("\n") + " ", source))
    reader.close()
    # attributes written by an expression or macro are seen in the source itself
    for number, line in enumerate(source.splitlines(), 1):
        if re.search(r"""[\s"']style=\\?["']|[\s"']on(click|load|error|submit|change|input|focus|blur)=|<style\b""", line):
            found.append((number, "in an expression"))
    return found


@pytest.mark.parametrize(
    "planted",
    [
        "<p style='color:red'>x</p>",
        '<p\n  style="a">',
        "<body onload=go()>",
        "<script>go()</script>",
        "<style>p{}</style>",
        "<a href='javascript:go()'>x</a>",
        '{% if x %}<svg onclick="go()"/>{% endif %}',
        "{{ x|replace('<a', '<a style=\"b\"') }}",
    ],
)
def test_inline_code_is_seen_where_it_is_planted(planted):
    assert inline_code(planted)


def test_plain_markup_is_not_taken_for_inline_code():
    assert inline_code('<p class="on style">one on="no" style</p><script defer src="{{ static(\'site.js\') }}"></script>') == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT / "templates").as_posix())
def test_a_template_holds_no_inline_code(path):
    assert inline_code(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT / "templates").as_posix())
def test_a_page_extends_a_layout(path):
    name = path.relative_to(ROOT / "templates").as_posix()
    if name.startswith(("_layouts/", "_macros/")) or path.name.startswith("_"):
        return
    seen = set()
    while name not in LAYOUTS:
        extended = re.search(r"""\{%-?\s*extends\s+["']([^"']+)["']""", (ROOT / "templates" / name).read_text(encoding="utf-8"))
        assert extended, f"{name} extends nothing"
        assert name not in seen
        seen.add(name)
        name = extended[1]


def test_no_template_marks_a_readers_text_as_safe():
    safe = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in TEMPLATES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if path.name != DRAWN and re.search(r"\|\s*safe\b|autoescape\s+false", line)
    ]
    assert safe == []

"""The shared macros and styles, proved without a browser: what must hold on every page that is built from them."""

import gzip
import re
from pathlib import Path
from typing import Any

import jinja2
import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask_babel.speaklater import LazyString

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
SHARED = ("_layouts", "_macros", "web")


@pytest.fixture(scope="module")
def jinja() -> jinja2.Environment:
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, extensions=["jinja2.ext.i18n"])
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        lambda words: words, lambda one, many, count: one if count == 1 else many, newstyle=True
    )
    environment.filters["money"] = lambda fen: f"¥{fen / 100:,.2f}"
    environment.filters["compact"] = lambda fen: f"¥{fen / 100:.0f}"
    return environment


def render(environment: jinja2.Environment, call: str, **values: Any) -> str:
    head = '{% import "_macros/ui.html" as ui %}{% import "_macros/forms.html" as forms %}'
    return environment.from_string(head + "{{ " + call + " }}").render(**values)


def test_a_field_ties_its_hint_and_its_error_to_the_box(jinja: jinja2.Environment) -> None:
    html = render(jinja, "forms.field('phone', 'Phone', '138', error='Too short', hint='Eleven digits', type='tel')")
    assert 'aria-describedby="f-phone-error f-phone-hint"' in html
    assert 'id="f-phone-error"' in html
    assert 'id="f-phone-hint"' in html
    assert 'aria-invalid="true"' in html
    assert "Error: Too short" in html


def test_an_error_summary_links_to_the_boxes_that_fields_make(jinja: jinja2.Environment) -> None:
    html = render(jinja, "ui.error_summary({'phone': ['Too short', 'Not a number'], 'name': 'Missing'})")
    assert re.findall(r'href="#f-(\w+)"', html) == ["phone", "phone", "name"]
    assert render(jinja, "ui.error_summary({})").strip() == ""


def test_an_error_in_a_forms_own_lazy_words_is_one_line(jinja: jinja2.Environment) -> None:
    html = render(jinja, "ui.error_summary([('phone', words)])", words=LazyString(lambda: "Too short"))
    assert re.findall(r'<a href="#f-phone">(.*?)</a>', html) == ["Too short"]


def test_what_a_person_typed_is_escaped_wherever_it_is_shown(jinja: jinja2.Environment) -> None:
    evil = '"><script>alert(1)</script>'
    for call in (
        "forms.field('a', evil, evil, error=evil, hint=evil, placeholder=evil)",
        "forms.chips('a', evil, [(evil, evil)], evil)",
        "forms.choice_tiles('a', evil, [{'value': evil, 'label': evil, 'note': evil}], evil)",
        "ui.table([{'key': 'a', 'label': evil}, {'key': 'b', 'label': evil}],"
        " [{'a': evil, 'b': {'value': evil, 'url': evil}}], evil)",
        "ui.error_summary({'a': evil})",
        "ui.listen(evil)",
        "ui.copy_button(evil, evil, evil)",
    ):
        assert "<script" not in render(jinja, call, evil=evil), call


def test_a_line_chart_carries_every_figure_in_its_table(jinja: jinja2.Environment) -> None:
    html = render(
        jinja,
        "ui.line_chart('Paid', ['Jan', 'Feb', 'Mar'], [{'label': 'Paid', 'values': [100, none, 5200]},"
        " {'label': 'Earned', 'values': [0, 300, 700]}], 'money')",
    )
    table = html[html.index("<table") :]
    assert re.findall(r"¥[\d.]+", table) == ["¥1.00", "¥0.00", "¥3.00", "¥52.00", "¥7.00"]
    percents = [float(p) for p in re.findall(r'[xy][12]?="(-?[\d.]+)%"', html)]
    assert percents
    assert all(0 <= p <= 100 for p in percents)


@pytest.mark.parametrize("values", [[], [0, 0], [5], [10**15, 3]])
def test_charts_stand_on_empty_zero_single_and_huge_figures(jinja: jinja2.Environment, values: list[int]) -> None:
    labels = [str(number) for number in range(len(values))]
    line = render(jinja, "ui.line_chart('t', labels, [{'label': 's', 'values': values}])", labels=labels, values=values)
    rows = [{"label": label, "value": value} for label, value in zip(labels, values, strict=True)]
    bars = render(jinja, "ui.bar_chart('t', rows)", rows=rows)
    for html in (line, bars):
        assert "nan" not in html
        assert "inf" not in html
    assert bars.count('scope="row"') == len(values)


def test_the_parts_of_a_split_bar_fill_it_exactly(jinja: jinja2.Environment) -> None:
    html = render(jinja, "ui.split_bar('t', [('a', 861, 'k1'), ('b', 79, 'k4'), ('c', 60, 'k3')], 1000)")
    widths = [float(w) for w in re.findall(r'x="[\d.]+" width="([\d.]+)"', html)]
    assert sum(widths) == pytest.approx(100)
    assert [w for w in ("¥8.61", "¥0.79", "¥0.60") if w in html] == ["¥8.61", "¥0.79", "¥0.60"]


def test_no_shared_template_holds_what_the_content_policy_forbids() -> None:
    forbidden = re.compile(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:", re.IGNORECASE)
    for path in (path for folder in SHARED for path in (TEMPLATES / folder).glob("*.html")):
        assert not forbidden.findall(path.read_text(encoding="utf-8")), path


def test_the_stylesheet_and_the_script_keep_their_budgets() -> None:
    css = b"".join(path.read_bytes() for path in sorted((ROOT / "static" / "css").glob("*.css")))
    assert len(gzip.compress(css, 9)) <= 12 * 1024
    assert b"@import" not in css
    assert b"http" not in css
    script = (ROOT / "static" / "js" / "site.js").read_bytes()
    assert len(gzip.compress(script, 9)) <= 6 * 1024


def test_every_element_that_the_stylesheet_names_stands_in_some_template() -> None:
    """A slip in a selector is passed over in silence by every browser."""
    written = {tag for path in TEMPLATES.rglob("*.html") for tag in re.findall(r"<([a-z][a-z0-9]*)", path.read_text("utf-8"))}
    unknown = {}
    for path in sorted((ROOT / "static" / "css").glob("*.css")):
        css = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for selector in re.findall(r"([^{};]+)\{", css):
            if not selector.lstrip().startswith("@") and not re.fullmatch(r"\s*(from|to|[\d.%,\s]+)\s*", selector):
                bare = re.sub(r"\[[^]]*\]|:lang\(\w+\)|::?[\w-]+|[.#][\w-]+", " ", selector)
                if names := set(re.findall(r"[A-Za-z][\w-]*", bare)) - written:
                    unknown[f"{path.name}: {selector.strip()}"] = names
    assert not unknown


def test_every_icon_that_the_shared_templates_name_is_drawn(jinja: jinja2.Environment) -> None:
    drawn = set(jinja.get_template("_macros/icons.html").module.drawings)  # type: ignore[attr-defined]
    named = set()
    for path in (path for folder in SHARED for path in (TEMPLATES / folder).glob("*.html")):
        named |= set(re.findall(r"icon\('([a-z-]+)'", path.read_text(encoding="utf-8")))
    assert named
    assert named <= drawn


def test_every_word_of_the_shared_templates_has_its_chinese() -> None:
    with (ROOT / "marketplace" / "web" / "words" / "zh.po").open("rb") as handle:
        words = {message.id: message for message in read_po(handle) if message.id}
    found = extract_from_dir(
        TEMPLATES,
        [("**.html", "jinja2")],
        {"**.html": {"extensions": "jinja2.ext.i18n"}},
        directory_filter=lambda _: True,
    )
    for name, line, message, _comments, _context in found:
        if name.startswith(SHARED):
            entry = words.get(message)
            assert entry is not None, (name, line, message)
            assert entry.string, (name, line, message)
            assert not entry.fuzzy, (name, line, message)

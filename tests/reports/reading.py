"""Reading the pages as an official does: tables, tiles, links, and every page of a list."""

import html
import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit


def fen(text):
    """Return the fen of '¥1,234.56', '−90.00' or '0.00'."""
    clean = html.unescape(text).replace("¥", "").replace(",", "").replace("−", "-").strip()
    yuan, _dot, rest = clean.lstrip("-").partition(".")
    assert re.fullmatch(r"\d+", yuan), text
    assert len(rest) == 2, text
    return (int(yuan) * 100 + int(rest)) * (-1 if clean.startswith("-") else 1)


@dataclass(frozen=True)
class Figure:
    """A figure with the address of the rows that make it."""

    url: str
    text: str


def words(markup):
    return html.unescape(re.sub(r"<[^>]+>", "", markup)).strip()


def visible(markup):
    return words(re.sub(r'<span class="vh">.*?</span>', "", markup))


def figures(page):
    """Return every figure of a page that opens rows: in tiles, reckonings and tables."""
    found = []
    for figure, foot in re.findall(r'<dd class="figure">(.*?)</dd>\s*<dd class="kpi-foot">(.*?)</dd>', page, re.S):
        link = re.search(r'href="([^"#]*/(?:lines|households/\w+|declared)\b[^"]*)"', foot)
        if link:
            found.append(Figure(html.unescape(link[1]), words(figure)))
    for cell in re.findall(r"<(?:td|dd)\b[^>]*>(.*?)</(?:td|dd)>", page, re.S):
        link = re.fullmatch(r'\s*<a href="([^"]*)">(.*?)</a>\s*', cell, re.S)
        if link and re.fullmatch(r"−?¥?[\d,]+(\.\d\d)?", visible(link[2])):
            found.append(Figure(html.unescape(link[1]), visible(link[2])))
    return found


def rows(page, caption=None):
    """Return the body rows of the first table (with such a caption) as lists of words."""
    for table in re.findall(r"<table.*?</table>", page, re.S):
        if caption is None or caption in words(re.search(r"<caption.*?</caption>", table, re.S)[0]):
            body = re.search(r"<tbody.*?</tbody>", table, re.S)[0]
            return [
                [words(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)]
                for row in re.findall(r"<tr.*?</tr>", body, re.S)
                if "colspan" not in row
            ]
    raise AssertionError(f"no table {caption!r}")


def total(page, caption):
    """Return the last row of a table with such a caption."""
    for table in re.findall(r"<table.*?</table>", page, re.S):
        if caption in words(re.search(r"<caption.*?</caption>", table, re.S)[0]):
            foot = re.search(r"<tfoot.*?</tfoot>", table, re.S)[0]
            return [words(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", foot, re.S)]
    raise AssertionError(f"no table {caption!r}")


def links(page):
    """Return the addresses a page leads to within the reports."""
    return [html.unescape(url) for url in re.findall(r'href="(/office/reports/[^"#]*)', page)]


def every_page(client, url):
    """Yield the pages of a list from the first to the last."""
    seen = set()
    while url and url not in seen:
        seen.add(url)
        answer = client.get(url)
        assert answer.status_code == 200, (url, answer.status_code)
        yield answer.text
        following = re.search(r'rel="next" href="([^"]*)"', answer.text)
        url = html.unescape(following[1]) if following else None


def asked(url):
    """Return the path and parameters of an address."""
    parts = urlsplit(url)
    return parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()}

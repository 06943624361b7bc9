"""Every sentence a person may read stands in Chinese too, with the same placeholders."""

import importlib
import pkgutil
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import marketplace
from marketplace.kernel.errors import Refusal
from marketplace.web.cli import messages

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = sorted(found.name for found in pkgutil.iter_modules(marketplace.__path__) if found.ispkg)
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%(?!\()[sd]")


def catalogue(package):
    path = ROOT / "marketplace" / package / "words" / "zh.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        return {forms(entry.id)[0]: entry for entry in read_po(file, locale="zh") if entry.id}


def placeholders(words):
    return {match[0] for match in PLACEHOLDER.finditer(words)}


def forms(message):
    return (message,) if isinstance(message, str) else tuple(part for part in message if isinstance(part, str))


def all_words():
    return {msgid: entry for package in PACKAGES for msgid, entry in catalogue(package).items()}


@pytest.mark.parametrize("package", PACKAGES)
def test_every_msgid_of_a_package_has_its_chinese(package):
    own, house = catalogue(package), all_words()
    missing = [
        f"{file}:{line}: {forms(message)[0]!r}"
        for file, line, message in messages(package)
        if not (entry := own.get(forms(message)[0]) or house.get(forms(message)[0])) or not all(forms(entry.string))
    ]
    assert missing == []


@pytest.mark.parametrize("package", PACKAGES)
def test_no_chinese_is_fuzzy_empty_or_misplaces_a_placeholder(package):
    wrong = []
    for msgid, entry in catalogue(package).items():
        strings = forms(entry.string)
        if entry.fuzzy:
            wrong.append(f"fuzzy: {msgid!r}")
        if not strings or not all(strings):
            wrong.append(f"empty: {msgid!r}")
        wanted = placeholders(forms(entry.id)[-1])
        wrong += [f"placeholders: {msgid!r}" for string in strings if placeholders(string) != wanted]
    assert wrong == []


def test_one_english_sentence_has_one_chinese_sentence():
    said = {}
    for package in PACKAGES:
        for msgid, entry in catalogue(package).items():
            said.setdefault(msgid, {}).setdefault(forms(entry.string), []).append(package)
    assert {msgid: chinese for msgid, chinese in said.items() if len(chinese) > 1} == {}


def test_every_refusal_can_be_said_in_chinese():
    for package in PACKAGES:
        for found in pkgutil.walk_packages([str(ROOT / "marketplace" / package)], f"marketplace.{package}."):
            if not re.search(r"\.(views|cli)(\.|$)", found.name):
                importlib.import_module(found.name)
    words = all_words()
    unsaid = [f"{kind.__module__}.{kind.__name__}: {kind.message!r}" for kind in refusals(Refusal) if kind.message not in words]
    assert unsaid == []


def refusals(kind):
    found = [kind]
    for each in kind.__subclasses__():
        found += refusals(each)
    return [each for each in found if each.__module__.startswith("marketplace.")]


def test_extraction_finds_what_is_planted():
    found = {forms(message)[0] for _file, _line, message in messages("web")}
    assert {"Skip to the main part", "Enter a mobile number.", "We cannot find that page"} <= found

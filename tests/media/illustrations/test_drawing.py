"""What every picture of the illustration engine must be: the same each time, small, well formed and safe to inline."""

import gzip
import re
import subprocess
import sys
from hashlib import sha256
from xml.etree import ElementTree as ET

import pytest

from marketplace.kernel.errors import Refusal
from marketplace.media.illustrations import KINDS, MOODS, SCENES, UnknownKind, UnknownMood, render

SEEDS = range(20)
BUDGET_BYTES = 4096
SVG = "{http://www.w3.org/2000/svg}"

#: Draws every kind in every mood and prints one digest; run in processes whose built-in hash is salted differently.
DIGEST = """
from hashlib import sha256
from marketplace.media.illustrations import KINDS, MOODS, render
seal = sha256()
for kind in KINDS:
    for mood in MOODS:
        seal.update(render(kind, "lianhua", mood).encode())
print(seal.hexdigest())
"""


def digest_in_a_fresh_process(salt: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-c", DIGEST],
        env={"PYTHONHASHSEED": salt, "PYTHONPATH": ":".join(path for path in sys.path if path)},
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout.strip()


def test_two_processes_draw_the_same_bytes() -> None:
    here = sha256()
    for kind in KINDS:
        for mood in MOODS:
            here.update(render(kind, "lianhua", mood).encode())
    assert digest_in_a_fresh_process("1") == digest_in_a_fresh_process("2") == here.hexdigest()


@pytest.mark.parametrize("kind", KINDS)
def test_every_picture_fits_in_four_kilobytes(kind: str) -> None:
    sizes = {(mood, seed): len(gzip.compress(render(kind, seed, mood).encode(), 9, mtime=0)) for mood in MOODS for seed in SEEDS}
    assert {which: size for which, size in sizes.items() if size > BUDGET_BYTES} == {}


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_is_plain_groups_and_paths(kind: str) -> None:
    """Nothing the content security policy refuses, nothing that could clash or phone out when inlined."""
    allowed = {
        SVG + "svg": {"viewBox", "width", "height", "preserveAspectRatio"},
        SVG + "g": {"transform"},
        SVG + "path": {"fill", "fill-opacity", "d"},
    }
    for mood in MOODS:
        for seed in range(5):
            for element in ET.fromstring(render(kind, seed, mood)).iter():  # noqa: S314  our own output
                assert element.tag in allowed
                assert set(element.attrib) <= allowed[element.tag]
                assert not (element.text or "").strip()
                assert not (element.tail or "").strip()


@pytest.mark.parametrize("kind", KINDS)
def test_path_data_and_transforms_are_numbers_that_can_be_drawn(kind: str) -> None:
    number = r"-?(?:\d+\.?\d*|\.\d+)"
    path = re.compile(rf"(?:[MLHVCQAlhvcqamz]|{number}|[ ,])+")
    transform = re.compile(rf"(?:(?:translate|rotate|scale)\((?:{number}[ ,]?)+\))+")
    for mood in MOODS:
        drawing = render(kind, "a seed in words", mood)
        for data in re.findall(r' d="([^"]*)"', drawing):
            assert data.startswith("M")
            assert path.fullmatch(data)
        for moved in re.findall(r'transform="([^"]*)"', drawing):
            assert transform.fullmatch(moved)


@pytest.mark.parametrize("kind", KINDS)
def test_different_seeds_give_different_pictures(kind: str) -> None:
    assert len({render(kind, seed) for seed in SEEDS}) >= len(SEEDS) - 1


@pytest.mark.parametrize("kind", KINDS)
def test_the_four_moods_are_four_pictures(kind: str) -> None:
    assert len({render(kind, 7, mood) for mood in MOODS}) == 4


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_keeps_to_a_printers_few_inks(kind: str) -> None:
    for mood in MOODS:
        for seed in SEEDS:
            tones = set(re.findall(r'fill="(#[0-9a-f]{6})"', render(kind, seed, mood)))
            assert 5 <= len(tones) <= 26


def test_a_number_and_the_same_number_in_words_are_one_seed() -> None:
    assert render("rice", 12) == render("rice", "12")


def test_only_scenes_are_rained_on() -> None:
    """A still life stands indoors: its rain is in the light, so it carries no slanting cuts over the whole picture."""
    slant = re.compile(r"l-22 74 3 1z")
    assert all(slant.search(render(kind, 3, "rain")) for kind in SCENES)
    assert not any(slant.search(render(kind, 3, "rain")) for kind in KINDS if kind not in SCENES)
    assert not any(slant.search(render(kind, 3, "noon")) for kind in KINDS)


def test_width_and_height_are_attributes_and_never_change_the_drawing() -> None:
    small, large = render("valley", 1, width=80, height=60), render("valley", 1, width=1600, height=1200)
    assert 'viewBox="0 0 800 600" width="80" height="60"' in small
    assert small.replace('width="80" height="60"', "") == large.replace('width="1600" height="1200"', "")


def test_avatars_are_square_and_the_banner_is_three_to_one() -> None:
    assert 'viewBox="0 0 400 400" width="400" height="400"' in render("avatar", 1)
    assert 'viewBox="0 0 1200 400" width="1200" height="400"' in render("hero", 1, "dawn")


def test_an_unknown_kind_is_refused_by_name() -> None:
    with pytest.raises(UnknownKind, match="mona_lisa") as refused:
        render("mona_lisa", 1)
    assert isinstance(refused.value, Refusal)


def test_an_unknown_mood_is_refused_by_name() -> None:
    with pytest.raises(UnknownMood, match="midnight"):
        render("rice", 1, "midnight")

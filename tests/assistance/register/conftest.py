"""The county's reference file."""

import json

import pytest

from tests.assistance.register.builders import REFERENCE


@pytest.fixture(scope="session")
def county():
    return json.loads((REFERENCE / "lianhua.json").read_text(encoding="utf-8"))

"""The control of tests/truths.py: tests that break a truth and say nothing fail, whichever fixture they wrote through."""

import re
import subprocess
import sys

from tests.truths import checks

PLANTED = """
import pytest
from sqlalchemy import text
from marketplace.web.db import db

BREACH = text("INSERT INTO account_balances (account, amount_fen) VALUES ('bank', 5)")
INNOCENT = text("INSERT INTO account_balances (account, amount_fen) VALUES ('bank', 0)")

def test_good_because_true_and_from_now_on_asked_as_it_was_then(session):
    session.execute(INNOCENT)

def test_committed(session):
    session.execute(BREACH)
    session.commit()

def test_left_uncommitted(session):
    session.execute(BREACH)

def test_on_an_engine_of_its_own(engine):
    with engine.begin() as connection:
        connection.execute(BREACH)

def test_through_the_application(app):
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(BREACH)

def test_with_the_application_s_session(writing):
    writing.execute(BREACH)

@pytest.mark.breaks_truths("the balance is written over", "orders:")
def test_excused_for_something_else(writing):
    writing.execute(BREACH)

@pytest.mark.breaks_truths("the balance is written over", "no such truth")
def test_excused_for_nothing(writing):
    pass

@pytest.mark.breaks_truths("the balance is written over", "ledger: each cached balance")
def test_good_because_excused(session):
    session.execute(BREACH)

def test_good_because_rolled_back(session):
    session.execute(BREACH)
    session.rollback()
"""


def test_a_breach_left_behind_fails_its_test(tmp_path):
    (tmp_path / "test_planted.py").write_text(PLANTED, encoding="utf-8")
    line = [sys.executable, "-m", "pytest", "-q", "-rE", "-c", "pyproject.toml", "-p", "tests.conftest", str(tmp_path)]
    said = subprocess.run(line, capture_output=True, text=True, check=False, timeout=120).stdout
    failed = set(re.findall(r"^ERROR \S*::(test_\w+)", said, re.MULTILINE))
    assert failed == {name for name in re.findall(r"def (test_\w+)", PLANTED) if not name.startswith("test_good")}, said
    assert " failed" not in said.splitlines()[-1]


def test_no_two_truths_share_a_name():
    names = [name for name, _check in checks()]
    assert len(names) == len(set(names)) > 50

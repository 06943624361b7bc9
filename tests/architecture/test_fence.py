"""The house keeps its rules; and the fence that says so catches a planted breach of each."""

# ruff: noqa: E501 (a planted source stands on one line, so that the table can be read)

from pathlib import Path

import pytest

from tests.architecture.fence import RULES, violations

ROOT = Path(__file__).resolve().parents[2]
SOUND = '"""Says what it is for."""\n'

#: rule -> (file, its source) pairs, each of which breaks exactly that rule.
PLANTED = {
    "unknown_room": [
        ("attic/services.py", ""),
        ("attic.py", ""),
    ],
    "upward_import": [
        ("ledger/services.py", "from marketplace.orders import services\n"),
        ("ledger/services.py", "import marketplace.orders.services\n"),
        ("kernel/money.py", "from marketplace.areas.values import Area\n"),
        ("web/forms.py", "from marketplace.accounts.values import Actor\n"),
        ("farmers/queries/households.py", "from marketplace.assistance.queries import standing\n"),
        ("orders/services/placing.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from marketplace.payments import services\n"),
        ("reports/views.py", "from marketplace.app import create_app\n"),
        ("ledger/queries.py", "from marketplace import orders\n"),
    ],
    "sibling_import": [
        ("products/services.py", "from marketplace.tours import services\n"),
        ("reports/views/home.py", "from marketplace.desk.queries import waiting\n"),
    ],
    "private_import": [
        ("orders/services.py", "from marketplace.products.models import Offer\n"),
        ("orders/queries.py", "from marketplace.products import models\n"),
        ("desk/views.py", "from marketplace.products.views import bp\n"),
        ("storefront/views.py", "from marketplace.orders.views.shop import basket\n"),
        ("orders/rules.py", "from marketplace.income.rules import fee\n"),
        ("demo/services.py", "import marketplace.ledger.models\n"),
        ("orders/services.py", "from marketplace.products.services import hold_stock\nfrom marketplace.products.forms import OfferForm\n"),
    ],
    "private_name": [
        ("orders/services.py", "from marketplace.products.services import _hold\n"),
    ],
    "shop_knows_assistance": [
        ("storefront/views.py", "from marketplace.assistance import queries\n"),
        ("products/services.py", "from marketplace.assistance.values import Standing\n"),
        ("orders/views/desk.py", "from marketplace.assistance.queries import standing\n"),
    ],
    "web_below_views": [
        ("orders/services.py", "from flask import g\n"),
        ("orders/models.py", "import flask_sqlalchemy\n"),
        ("orders/queries/lists.py", "from marketplace.web.db import reader\n"),
        ("orders/jobs.py", "from flask_babel import gettext\n"),
        ("kernel/db.py", "from werkzeug.exceptions import NotFound\n"),
        ("orders/rules.py", "import flask.sessions\n"),
    ],
    "sqlalchemy_in_the_pure_part": [
        ("orders/rules.py", "from sqlalchemy import select\n"),
        ("orders/values.py", "import sqlalchemy.orm\n"),
        ("orders/rules/fees.py", "from sqlalchemy.orm import Session\n"),
        ("orders/values.py", "from marketplace.kernel.db import Model\n"),
    ],
    "stripe_outside_its_gateway": [
        ("payments/services.py", "import stripe\n"),
        ("orders/services.py", "from stripe import Refund\n"),
        ("payments/gateways.py", "import stripe.error\n"),
        ("payments/gateways/offline.py", "import stripe\n"),
    ],
    "import_inside_a_function": [
        ("orders/services.py", "def verb():\n    import json\n    return json\n"),
        ("orders/services.py", "class A:\n    async def verb(self):\n        if self:\n            from decimal import Decimal\n            return Decimal\n"),
        ("orders/services.py", "import importlib\ndef verb(name):\n    return importlib.import_module(name)\n"),
        ("orders/services.py", "from importlib import import_module as fetch\nthing = fetch('json')\n"),
        ("orders/services.py", "thing = __import__('json')\n"),
    ],
    "relative_import": [
        ("orders/services.py", "from . import rules\n"),
        ("orders/services/placing.py", "from ..rules import fee\n"),
    ],
    "bare_clock": [
        ("orders/services.py", "import datetime as dt\ndef verb():\n    return dt.datetime.now(dt.UTC)\n"),
        ("orders/services.py", "from datetime import datetime\ndef verb():\n    return datetime.utcnow()\n"),
        ("orders/services.py", "from datetime import date as day\ndef verb():\n    return day.today()\n"),
        ("orders/services.py", "import time\ndef verb():\n    return time.time()\n"),
        ("orders/services.py", "from time import time as clock\ndef verb():\n    return clock()\n"),
        ("orders/services.py", "import datetime\nwhen = datetime.datetime.today\n"),
        ("web/security.py", "import time\ndef verb():\n    return time.time_ns()\n"),
    ],
    "default_made_at_import": [
        ("orders/models.py", "from marketplace.kernel import clock\nfrom sqlalchemy.orm import mapped_column\nat = mapped_column(default=clock.now())\n"),
        ("orders/models.py", "from marketplace.kernel.clock import now\nfrom sqlalchemy import Column\nat = Column(onupdate=now())\n"),
        ("orders/services.py", "from marketplace.kernel import clock\ndef verb(at=clock.now()):\n    return at\n"),
        ("orders/services.py", "from marketplace.kernel import clock\ndef verb(*, on=clock.today()):\n    return on\n"),
        ("orders/values.py", "from marketplace.kernel import ids\nclass Order:\n    key: str = ids.uuid7()\n"),
    ],
    "commit_below_the_entry": [
        ("orders/services.py", "def verb(session):\n    session.commit()\n"),
        ("orders/jobs.py", "def sweep(session):\n    session.rollback()\n"),
        ("orders/views.py", "def view(db):\n    db.session.commit()\n"),
    ],
    "package_without_words": [
        ("orders/__init__.py", None),
        ("orders/services.py", None),
    ],
}  # fmt: skip

#: What looks like a breach and is none.
INNOCENT = [
    ("orders/services.py", "from marketplace.products.services import hold_stock\nfrom marketplace.ledger import queries, services, values\n"),
    ("orders/services.py", "from marketplace.products.services.stock import hold_stock\nfrom marketplace.products.refusals import SoldOut\n"),
    ("orders/views/shop.py", "from flask import g\nfrom marketplace.web.policy import policy\nfrom marketplace.orders.models import Purchase\n"),
    ("orders/forms.py", "from marketplace.web.forms import Form\n"),
    ("orders/cli.py", "from flask.cli import with_appcontext\nfrom marketplace.web.db import db\ndef go(s):\n    s.commit()\n"),
    ("app.py", "import importlib\nfrom marketplace.web import cli\nfrom marketplace.orders import views\nx = importlib.import_module('json')\n"),
    ("worker.py", "from marketplace.web.db import db\nfrom marketplace.kernel.db import in_transaction\n"),
    ("orders/rules.py", "from marketplace.kernel.money import share\nimport datetime as dt\nstart = dt.time(8, 0)\nday = dt.date(2026, 1, 1)\n"),
    ("orders/models.py", "from marketplace.kernel import clock\nfrom sqlalchemy.orm import mapped_column\nat = mapped_column(default=clock.now)\n"),
    ("kernel/clock.py", "import datetime as dt\ndef now():\n    return dt.datetime.now(dt.UTC)\n"),
    ("web/logging.py", "import time\ndef begin():\n    return time.perf_counter()\n"),
    ("payments/gateways/stripe_checkout.py", "import stripe\n"),
    ("assistance/views.py", "from marketplace.media.illustrations import render\nfrom marketplace.assistance.queries import standing\n"),
    ("orders/services.py", "import stripes\nimport sqlalchemy\nfrom flasks import x\n"),
]  # fmt: skip


def test_the_house_keeps_its_rules():
    assert [str(found) for found in violations(ROOT)] == []


def test_each_rule_has_its_planted_breach():
    assert set(PLANTED) == {rule.__name__ for rule in RULES}


@pytest.mark.parametrize(("rule", "path", "source"), [(rule, *plant) for rule, plants in PLANTED.items() for plant in plants])
def test_a_planted_breach_is_caught(rule, path, source, tmp_path):
    plant(tmp_path, path, source)
    found = violations(tmp_path)
    assert rule in {violation.rule for violation in found}
    assert {violation.rule for violation in found} <= {rule, "upward_import", "private_import"}
    assert all(violation.path == f"marketplace/{path}" and violation.line >= 1 for violation in found)


@pytest.mark.parametrize(("path", "source"), INNOCENT)
def test_what_is_allowed_is_left_alone(path, source, tmp_path):
    plant(tmp_path, path, source)
    assert violations(tmp_path) == []


def plant(folder, path, source):
    file = folder / "marketplace" / path
    file.parent.mkdir(parents=True)
    file.write_text("x = 1\n" if source is None else SOUND + source, encoding="utf-8")

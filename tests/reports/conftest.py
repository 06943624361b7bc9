"""The small county behind the pages, and officials signed in."""

import pytest

from marketplace.accounts import services as accounts
from marketplace.kernel import clock
from tests.reports import county


@pytest.fixture
def small(app, writing):
    """The county in the application's database, at its moment."""
    made = county.build(writing, app.extensions["sealer"])
    writing.commit()
    with clock.stopped_at(county.NOW):
        yield made


@pytest.fixture
def official(writing, client, sign_in):
    """Sign an official of an area in."""

    def enter(role, area_code):
        user = accounts.create_user(writing, name="段三", phone=f"1993{abs(hash((role, area_code))) % 10_000_000:07d}")
        accounts.grant_role(writing, user_id=user.id, role=role, area_code=area_code, by=None)
        writing.commit()
        sign_in(client, user)
        return client

    return enter

"""What the pages of orders are asked about: a village that sells, in English, and a guest who bought."""

import pytest

from tests.orders import sales


@pytest.fixture
def fair(app, writing, client):
    """The market of `sales`, behind the application."""
    client.set_cookie("lang", "en")
    made = sales.fair(writing)
    writing.commit()
    return made


@pytest.fixture
def buy(app, writing, fair):
    """Order and pay as a guest elsewhere did."""

    def bought(*items, **facts):
        made = sales.bought(writing, items or [(fair.seed, 2)], sealer=app.extensions["sealer"], **facts)
        writing.commit()
        return made

    return bought

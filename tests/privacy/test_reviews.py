"""What a buyer said of goods stands among their data, and stays without a name once the account is erased."""

import pytest

from marketplace.accounts import services as accounts
from marketplace.orders import queries, services
from marketplace.privacy.services import sections_of_account
from tests.orders import sales

pytestmark = pytest.mark.breaks_truths(
    "money is said to have come as payments would", "payments.dues_paid_by_nothing", "payments.refunds_nobody_sent"
)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_buyer_takes_along_what_they_said_and_it_stays_without_a_name(session):
    market = sales.fair(session)
    own, others = (sales.bought(session, [(market.seed, 1)], buyer_user_id=who) for who in (market.buyer, None))
    for purchase, words in ((own, "很甜"), (others, "太咸")):
        sales.sent(session, purchase.orders[0].id, market.village.farmer)
        line = purchase.orders[0].lines[0]
        services.review_line(session, key=words, line_id=line.id, stars=5, words=words, by=purchase.buyer_user_id)

    def held():
        found = sections_of_account(session, market.buyer, sealer=sales.SEALER, say=lambda _lang, words: words, lang="en")
        return next(list(section.rows) for section in found if section.key == "reviews")

    assert [(row["title"], row["stars"], row["words"], row["answer"]) for row in held()] == [("Lotus seed 500 g", 5, "很甜", "")]
    accounts.erase_user(session, user_id=market.buyer, by=market.village.official)
    line_id = own.orders[0].lines[0].id
    kept = queries.reviews_of_lines(session, [line_id])[line_id]
    assert (kept.words, kept.province) == ("很甜", sales.PROVINCE)

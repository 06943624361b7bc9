"""Pay-out accounts: two people, a time in which the payee can stop them, and every look at a full number noted."""

import datetime as dt

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from marketplace.farmers import queries, refusals, rules, services
from marketplace.farmers.models import AccountLook, PayoutAccount
from marketplace.farmers.values import AccountEntry, AccountEvidence, AccountState, AccountUse
from marketplace.kernel import clock
from marketplace.vault.services import destroy_key
from tests.farmers import places

NOW = dt.datetime(2026, 9, 3, 4, tzinfo=dt.UTC)
WEEK = dt.timedelta(days=7)
NUMBER = "6222 0000 1111 0001"


@pytest.fixture
def here(session):
    """A selling household, its farmer, and three officials."""
    places.county(session)
    with clock.stopped_at(NOW):
        household, farmer, seller = places.selling_household(session, places.SEALER)
        officials = [places.official(session, "township_official", places.VILLAGE[:9]) for _ in range(3)]
        session.commit()
        yield household, farmer, seller, officials


def record(session, seller, by, key="k", number=NUMBER, **parts):
    entry = AccountEntry(**{"holder": "刘一", "bank": "示例农商行", "evidence": AccountEvidence.CARD, **parts}, number=number)
    return services.record_account(session, key=key, seller_id=seller.id, entry=entry, by=by, sealer=places.SEALER)


def both(session, seller, officials, key="k", **parts):
    account = record(session, seller, officials[0], key, **parts)
    return services.confirm_account(session, account_id=account.id, by=officials[1])


def in_use(session, seller):
    session.flush()
    return queries.account_in_use(session, seller.ref)


def test_an_account_is_used_once_two_people_have_seen_it_and_a_week_has_passed(session, here):
    _household, _farmer, seller, officials = here
    account = record(session, seller, officials[0])
    assert record(session, seller, officials[0]).id == account.id, "the same key"
    assert in_use(session, seller).use is AccountUse.MISSING
    with pytest.raises(refusals.AccountOfOne):
        services.confirm_account(session, account_id=account.id, by=officials[0])
    services.confirm_account(session, account_id=account.id, by=officials[1])
    services.confirm_account(session, account_id=account.id, by=officials[2])
    assert account.confirmed_by == officials[1], "the first word counts"
    assert (in_use(session, seller).use, in_use(session, seller).next_from) == (AccountUse.COOLING, NOW + WEEK)
    with clock.stopped_at(NOW + WEEK):
        assert (in_use(session, seller).use, in_use(session, seller).account_id) == (AccountUse.USABLE, account.id)


def test_the_old_account_is_used_until_the_new_one_s_day(session, here):
    _household, _farmer, seller, officials = here
    old = both(session, seller, officials)
    with clock.stopped_at(NOW + 2 * WEEK):
        with pytest.raises(refusals.AccountSame):
            record(session, seller, officials[0], "same")
        new = both(session, seller, officials, "new", number="6222000011110002")
        found = in_use(session, seller)
        assert (found.account_id, found.next_from) == (old.id, NOW + 3 * WEEK)
    with clock.stopped_at(NOW + 3 * WEEK):
        assert in_use(session, seller).account_id == new.id


def test_a_change_that_is_stopped_before_its_day_leaves_the_old_account_in_use(session, here):
    _household, farmer, seller, officials = here
    old = both(session, seller, officials)
    with clock.stopped_at(NOW + 2 * WEEK):
        new = both(session, seller, officials, "new", number="6222000011110002")
        services.stop_account(session, account_id=new.id, by=farmer, reason="不是我换的")
    with clock.stopped_at(NOW + 4 * WEEK):
        assert in_use(session, seller).account_id == old.id
        services.stop_account(session, account_id=old.id, by=farmer)
        assert in_use(session, seller).use is AccountUse.MISSING, "stopped while it was used: nothing is sent"
        with pytest.raises(refusals.AccountDecided):
            services.stop_account(session, account_id=old.id, by=farmer)


def test_one_change_at_a_time_and_what_was_withdrawn_is_not_confirmed(session, here):
    _household, _farmer, seller, officials = here
    account = record(session, seller, officials[0])
    with pytest.raises(refusals.AccountWaits):
        record(session, seller, officials[1], "other", number="6222000011110002")
    with pytest.raises(refusals.LookReasonNeeded):
        services.withdraw_account(session, account_id=account.id, by=officials[0], reason="")
    services.withdraw_account(session, account_id=account.id, by=officials[0], reason="抄错了一位")
    with pytest.raises(refusals.AccountDecided):
        services.confirm_account(session, account_id=account.id, by=officials[1])
    assert both(session, seller, officials, "third").state == AccountState.CONFIRMED


def test_nobody_records_or_confirms_where_their_own_household_s_money_goes(session, here):
    household, _farmer, seller, officials = here
    services.match_user_to_household(session, household_id=household.id, user_id=officials[1], by=officials[2])
    with pytest.raises(refusals.OwnAccount):
        record(session, seller, officials[1])
    account = record(session, seller, officials[0])
    with pytest.raises(refusals.OwnAccount):
        services.confirm_account(session, account_id=account.id, by=officials[1])
    firm = services.apply_to_sell(session, village_code=places.VILLAGE, kind="cooperative", display_name="社", by=officials[2])
    with pytest.raises(refusals.OwnAccount):
        record(session, firm, officials[2], "firm")


def test_even_raw_sql_confirms_no_account_with_one_person(session, here):
    account = record(session, here[2], here[3][0])
    session.commit()
    with pytest.raises(IntegrityError):
        session.execute(
            text(
                "UPDATE payout_accounts SET state = 'confirmed', confirmed_by = recorded_by, confirmed_at = recorded_at,"
                " takes_effect_at = recorded_at WHERE id = :id"
            ),
            {"id": account.id},
        )
    session.rollback()


def test_a_full_number_is_shown_against_a_reason_and_each_time_noted(session, here):
    _household, _farmer, seller, officials = here
    account = both(session, seller, officials)
    (view,) = queries.accounts_of_seller(session, seller.id, sealer=places.SEALER)
    assert (view.holder_masked, view.bank, view.number_masked) == ("刘**", "示例农商行", "**** 0001")
    with pytest.raises(refusals.LookReasonNeeded):
        services.look_at_account(session, account_id=account.id, reason="看看", by=officials[2], sealer=places.SEALER)
    assert session.query(AccountLook).count() == 0
    found = services.look_at_account(session, account_id=account.id, reason="银行来电核对", by=officials[2], sealer=places.SEALER)
    assert (found.number, repr(found)) == ("6222000011110001", "OpenAccount()")
    assert [(look.by, look.reason) for look in queries.looks_at_accounts(session, [account.id])] == [
        (officials[2], "银行来电核对")
    ]  # fmt: skip


def test_one_number_for_two_sellers_is_noticed_whatever_the_names(session, here):
    _household, _farmer, seller, officials = here
    both(session, seller, officials)
    assert queries.shared_accounts(session, [places.VILLAGE], sealer=places.SEALER) == []
    firm = services.apply_to_sell(
        session, village_code=places.OTHER_VILLAGE, kind="cooperative", display_name="社", by=officials[2]
    )  # fmt: skip
    other = record(session, firm, officials[0], "firm", holder="社", bank="另一家银行", number="６２２２００００１１１１０００１")
    (found,) = queries.shared_accounts(session, [places.VILLAGE], sealer=places.SEALER)
    assert (found.seller_ref, found.shared_with) == (seller.ref, ((firm.ref, places.OTHER_VILLAGE),)), (
        "the other one lies in another village"
    )
    services.withdraw_account(session, account_id=other.id, by=officials[0], reason="重复登记")
    assert queries.shared_accounts(session, [places.VILLAGE], sealer=places.SEALER) == []


def test_an_account_lies_sealed_with_its_household_s_key_and_ends_with_it(session, here):
    household, _farmer, seller, officials = here
    account = both(session, seller, officials)
    row = session.get(PayoutAccount, account.id)
    assert all(value.startswith("S") for value in (row.holder_sealed, row.bank_sealed, row.number_sealed))
    destroy_key(session, services.subject_of(household.ref))
    (view,) = queries.accounts_of_seller(session, seller.id, sealer=places.SEALER)
    assert (view.holder_masked, view.bank, view.number_masked) == ("", "", "****")
    with pytest.raises(refusals.AccountErased):
        services.look_at_account(session, account_id=account.id, reason="核对账号", by=officials[2], sealer=places.SEALER)


@pytest.mark.parametrize("typed", ["", "1234567", "1" * 31, "6222x0001111", "刘一", "12 34-56.78"])
def test_what_is_no_account_number_is_refused(typed):
    with pytest.raises(refusals.AccountNumberWrong):
        rules.account_number(typed)


def test_every_step_of_an_account_is_as_written():
    ends = {AccountState.WITHDRAWN, AccountState.STOPPED}
    assert rules.ACCOUNT_EDGES[AccountState.RECORDED] == {AccountState.CONFIRMED, *ends}
    assert rules.ACCOUNT_EDGES[AccountState.CONFIRMED] == {AccountState.STOPPED}
    assert all(not rules.ACCOUNT_EDGES[end] for end in ends)
    assert (rules.masked_account("6222000011110001"), rules.masked_account("123")) == ("**** 0001", "****")

"""Signing in at the level of the verbs: codes, budgets, back-off, sessions."""

import datetime as dt
import re

import pytest
from sqlalchemy import func, select, text

from marketplace.accounts import queries, rules, services
from marketplace.accounts.models import SignInAttempt, SignInCode
from marketplace.accounts.refusals import CodeNeeded, TryLater, WrongSignIn
from marketplace.kernel import clock
from marketplace.kernel.crypto import Sealer
from marketplace.messages import services as messages
from tests.accounts.truths import breaches
from tests.cast import PASSWORD, build_cast

SEALER = Sealer({"k1": b"1" * 32}, "k1", b"2" * 32)
WHERE = {"address": "203.0.113.5", "device": "d1"}
NOW = dt.datetime(2026, 11, 23, 6, 30, tzinfo=dt.UTC)


@pytest.fixture
def cast(session):
    with clock.stopped_at(NOW):
        made = build_cast(session)
        session.commit()
        yield made


def attempt(session, phone, kind="password", **where):
    return services.begin_attempt(session, kind=kind, phone=phone, **{**WHERE, **where})


def send(session, phone, **where):
    """Send a code and return it as the telephone would show it."""
    key = services.send_code(session, phone=phone, words="code %(code)s", sealer=SEALER, **{**WHERE, **where})
    session.flush()
    return re.search(r"\d{6}", messages.claim(session, message_id=key, sealer=SEALER).text).group()


def enter(session, phone, code, name=""):
    key = attempt(session, phone, "code")
    return services.sign_in_with_code(session, attempt_id=key, phone=phone, code=code, device="", sealer=SEALER, name=name)


def other(code):
    return f"{(int(code) + 1) % 10**6:06d}"


def test_a_right_password_begins_a_session_and_a_wrong_one_never_fits(session, cast):
    assert services.is_right_password(cast.farmer.password_hash, PASSWORD)
    assert not services.is_right_password(cast.farmer.password_hash, PASSWORD + "x")
    assert not services.is_right_password(None, PASSWORD)
    assert not services.is_right_password("no hash at all", PASSWORD)
    key = attempt(session, cast.farmer.phone)
    signed = services.sign_in_with_password(session, attempt_id=key, user_id=cast.farmer.id, device="Android")
    assert queries.actor_for_session(session, signed.token).user_id == cast.farmer.id
    assert queries.actor_for_session(session, signed.token + "x") is None
    services.link_trail(session)
    assert breaches(session) == []


def test_the_hash_is_argon2id_as_strong_as_promised(cast):
    assert cast.farmer.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_the_database_holds_neither_token_nor_code_in_clear(session, cast):
    code = send(session, cast.farmer.phone)
    signed = enter(session, cast.farmer.phone, code)
    session.flush()
    for table in ("user_sessions", "sign_in_codes", "outbox", "audit_events"):
        rows = str(session.execute(text(f"SELECT * FROM {table}")).all())
        assert signed.token not in rows
        assert f"'{code}'" not in rows
        assert f"code {code}" not in rows


def test_a_code_works_once(session, cast):
    code = send(session, cast.farmer.phone)
    assert enter(session, cast.farmer.phone, code).user_id == cast.farmer.id
    assert enter(session, cast.farmer.phone, code) is None


def test_a_code_of_another_number_does_not_fit(session, cast):
    assert enter(session, cast.buyer.phone, send(session, cast.farmer.phone)) is None


def test_a_code_runs_out_after_ten_minutes(session, cast):
    code = send(session, cast.farmer.phone)
    with clock.stopped_at(NOW + dt.timedelta(minutes=10)):
        assert enter(session, cast.farmer.phone, code) is None


def test_a_newer_code_ends_the_older(session, cast):
    first, second = send(session, cast.farmer.phone), send(session, cast.farmer.phone)
    if first != second:
        assert enter(session, cast.farmer.phone, first) is None
    assert enter(session, cast.farmer.phone, second) is not None


def test_a_code_dies_of_five_wrong_guesses_even_when_the_lock_is_waited_out(session, cast):
    code = send(session, cast.farmer.phone)
    for _ in range(rules.CODE_TRIES):
        assert enter(session, cast.farmer.phone, other(code)) is None
    with clock.stopped_at(NOW + dt.timedelta(minutes=5)):
        assert enter(session, cast.farmer.phone, code) is None


def test_a_number_without_an_account_gets_one_as_a_buyer(session, cast):
    signed = enter(session, "13900009990", send(session, "13900009990"), name="新买家")
    actor = queries.actor_for_session(session, signed.token)
    assert (actor.name, actor.grants) == ("新买家", ())
    again = enter(session, "13900009991", send(session, "13900009991"))
    assert queries.user(session, again.user_id).name == "139****9991"


def test_five_failures_lock_a_number_and_the_lock_doubles(session, cast):
    for _ in range(rules.FREE_FAILURES):
        attempt(session, cast.farmer.phone)
    with pytest.raises(TryLater):
        attempt(session, cast.farmer.phone)
    with clock.stopped_at(NOW + dt.timedelta(minutes=1, seconds=1)):
        attempt(session, cast.farmer.phone)
        with pytest.raises(TryLater) as no:
            attempt(session, cast.farmer.phone)
    assert no.value.params["minutes"] == 2
    attempt(session, cast.buyer.phone)
    attempt(session, cast.farmer.phone, "code")


def test_a_good_sign_in_forgives_the_failures_before_it(session, cast):
    for _ in range(rules.FREE_FAILURES - 1):
        attempt(session, cast.farmer.phone)
    key = attempt(session, cast.farmer.phone)
    services.sign_in_with_password(session, attempt_id=key, user_id=cast.farmer.id, device="")
    for _ in range(rules.FREE_FAILURES):
        attempt(session, cast.farmer.phone)


def test_locks_grow_to_an_hour_and_no_further():
    minutes = [rules.lock_after(count).total_seconds() / 60 for count in range(14)]
    assert minutes == [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]


@pytest.mark.parametrize("what", ["phone", "device", "address"])
def test_codes_are_sent_within_a_budget_for_each_number_device_and_address(session, cast, what):
    most = rules.BUDGETS["send"][what].most
    for number in range(most):
        where = {"device": f"d{number}", "address": f"10.0.{number // 200}.{number % 200}"}
        if what != "phone":
            where[what] = "same"
        phone = cast.farmer.phone if what == "phone" else f"1390001{number:04d}"
        services.send_code(session, phone=phone, words="%(code)s", sealer=SEALER, **where)
    last = {"device": "new", "address": "10.9.9.9", "phone": "13900019999"}
    last[what] = cast.farmer.phone if what == "phone" else "same"
    with pytest.raises(TryLater):
        services.send_code(session, words="%(code)s", sealer=SEALER, **last)
    with clock.stopped_at(NOW + dt.timedelta(hours=1)):
        services.send_code(session, words="%(code)s", sealer=SEALER, **last)


def test_the_budget_names_nobody(session, cast):
    send(session, cast.farmer.phone)
    rows = str(session.execute(text("SELECT subject FROM sign_in_budgets")).all())
    assert cast.farmer.phone not in rows
    assert WHERE["address"] not in rows


def test_a_closed_account_neither_signs_in_nor_stays(session, cast):
    key = attempt(session, cast.helper.phone)
    token = services.sign_in_with_password(session, attempt_id=key, user_id=cast.helper.id, device="").token
    services.set_active(session, user_id=cast.helper.id, is_active=False, by=cast.administrator.id, reason="left")
    assert queries.actor_for_session(session, token) is None
    with pytest.raises(WrongSignIn):
        services.sign_in_with_password(session, attempt_id=key, user_id=cast.helper.id, device="")
    assert enter(session, cast.helper.phone, send(session, cast.helper.phone)) is None
    assert breaches(session) == []


def test_an_officials_session_ends_within_the_day_and_a_farmers_lasts_a_month(session, cast):
    tokens = {}
    for who in (cast.county_official, cast.farmer):
        key = attempt(session, who.phone)
        tokens[who.id] = services.sign_in_with_password(session, attempt_id=key, user_id=who.id, device="").token
    with clock.stopped_at(NOW + dt.timedelta(hours=13)):
        assert queries.actor_for_session(session, tokens[cast.county_official.id]) is None
        assert queries.actor_for_session(session, tokens[cast.farmer.id]) is not None
    with clock.stopped_at(NOW + dt.timedelta(days=31)):
        assert queries.actor_for_session(session, tokens[cast.farmer.id]) is None


def test_signing_out_ends_one_device_and_a_new_password_ends_all(session, cast):
    tokens = []
    for device in ("one", "two"):
        key = attempt(session, cast.farmer.phone)
        tokens.append(services.sign_in_with_password(session, attempt_id=key, user_id=cast.farmer.id, device=device).token)
    services.end_session(session, token=tokens[0])
    assert queries.actor_for_session(session, tokens[0]) is None
    assert [row.device for row in queries.sessions_of(session, cast.farmer.id, tokens[1])] == ["two"]
    services.set_password(session, user_id=cast.farmer.id, password_hash="x", by=cast.farmer.id)
    assert queries.actor_for_session(session, tokens[1]) is None


def test_a_password_is_set_by_a_code_just_shown_in_this_very_session(session, cast):
    by_password = services.sign_in_with_password(
        session, attempt_id=attempt(session, cast.farmer.phone), user_id=cast.farmer.id, device=""
    )
    by_code = enter(session, cast.farmer.phone, send(session, cast.farmer.phone))
    of_another = enter(session, cast.buyer.phone, send(session, cast.buyer.phone))
    late = NOW + rules.CODE_STANDS
    for token, moment in ((by_password.token, NOW), (of_another.token, NOW), ("", NOW), (by_code.token, late)):
        with clock.stopped_at(moment), pytest.raises(CodeNeeded):
            services.change_password(session, user_id=cast.farmer.id, token=token, password_hash="x")
    services.change_password(session, user_id=cast.farmer.id, token=by_code.token, password_hash="x")
    assert cast.farmer.password_hash == "x"
    with pytest.raises(CodeNeeded):  # the session ended with the change
        services.change_password(session, user_id=cast.farmer.id, token=by_code.token, password_hash="y")


def test_what_no_longer_guards_is_forgotten(session, cast):
    send(session, cast.farmer.phone)
    attempt(session, cast.farmer.phone)
    assert services.forget_old(session) == 0
    with clock.stopped_at(NOW + dt.timedelta(days=8)):
        assert services.forget_old(session) > 0
    for table in (SignInAttempt, SignInCode):
        assert session.scalar(select(func.count()).select_from(table)) == 0


@pytest.mark.parametrize("password", ["", "short", "aaaaaaaaaa", "12345678", "Password1", "13900000010", "00000010", "x" * 201])
def test_a_password_everybody_would_try_is_weak(password):
    assert rules.is_weak(password, "13900000010")


@pytest.mark.parametrize("password", [PASSWORD, "莲花莲花莲子很好", "tr0ub4dor & 3"])
def test_a_good_password_is_not_weak(password):
    assert not rules.is_weak(password, "13900000010")


@pytest.mark.parametrize(
    "address",
    ["//evil.example", "/\\evil.example", "https://evil.example", "evil", "", None, "/a\\b", "/a\nb", "\t//x", "/sign-out",
     "javascript:alert(1)", "/" + "a" * 500, "/ /evil.example", "/\x00"],
)  # fmt: skip
def test_nobody_is_sent_elsewhere_after_signing_in(address):
    assert rules.safe_next(address) is None


def test_a_page_of_our_own_is_where_one_goes_on():
    assert rules.safe_next("/office/people?ended=1#x") == "/office/people?ended=1#x"

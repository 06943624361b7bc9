"""The pages of accounts as browsers meet them."""

import datetime as dt
import re

import pytest
import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts import queries, services
from marketplace.accounts.models import RoleGrant, SignInAttempt, UserSession
from marketplace.accounts.values import Grant, Role
from marketplace.kernel import clock
from marketplace.web.db import db
from tests.accounts.truths import breaches
from tests.cast import COUNTY, OTHER_VILLAGE, PASSWORD, TOWNSHIP, VILLAGE, build_cast

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture
def cast(app, writing):
    made = build_cast(writing)
    writing.commit()
    return made


@pytest.fixture
def look(app):
    """Ask the database a question in a reading session of its own: SQLite's writer stays free for the pages."""

    def ask(question):
        with app.app_context(), Session(db.engines["reader"]) as own:
            return question(own)

    return ask


def holds(look, phone):
    """Return the roles held by whoever has the number; None where nobody has it."""

    def question(session):
        user = queries.user_by_phone(session, phone)
        return None if user is None else queries.grants_of(session, user.id)

    return look(question)


@pytest.fixture
def browser(client):
    client.environ_base.update(ENGLISH)
    return client


def enter(browser, who, **more):
    browser.get("/sign-in")
    return browser.post("/sign-in", data={"phone": who.phone, "password": PASSWORD, **more})


def token(browser, address):
    return re.search(r'name="csrf_token" value="([^"]+)"', browser.get(address).text).group(1)


def post(browser, address, origin, **data):
    return browser.post(address, data={"csrf_token": token(browser, origin), **data})


@pytest.fixture
def log(app):
    with structlog.testing.capture_logs() as lines:
        yield lines


def code_in(log):
    """Return the newest code of the demonstration's log."""
    lines = [line for line in log if line["event"] == "sms"]
    assert "139" in lines[-1]["to"]
    assert "****" in lines[-1]["to"]
    return re.search(r"\d{6}", lines[-1]["text"]).group()


@pytest.mark.parametrize(("who", "home"), [("county_official", "/office/"), ("helper", "/office/"), ("buyer", None)])
def test_whoever_signs_in_goes_where_they_work(browser, cast, who, home):
    answer = enter(browser, getattr(cast, who))
    assert (answer.status_code, answer.location) == (303, "/mine")
    answer = browser.get("/mine")
    assert answer.location == home
    if home is None:
        assert "Welcome, 王雨" in answer.text


def test_the_wished_page_comes_after_signing_in_and_a_foreign_one_never(browser, cast):
    assert enter(browser, cast.buyer, next="/mine/account").location == "/mine/account"
    browser.post("/sign-out", data={"csrf_token": token(browser, "/mine")})
    assert enter(browser, cast.buyer, next="//evil.example/x").location == "/mine"


@pytest.mark.parametrize("phone", ["13900000011", "13900009999"])
def test_a_wrong_password_and_an_unknown_number_get_the_same_answer(browser, cast, phone):
    answer = browser.post("/sign-in", data={"phone": phone, "password": "wrong-password"})
    assert answer.status_code == 400
    assert "The number and the password do not fit together." in answer.text
    assert "Error:" in re.search("<title>(.*?)</title>", answer.text, re.DOTALL).group(1)


def test_a_failed_sign_in_is_remembered_and_many_lock_the_number(browser, cast, look):
    for _ in range(5):
        assert browser.post("/sign-in", data={"phone": cast.buyer.phone, "password": "wrong-password"}).status_code == 400
    assert look(lambda s: s.scalar(select(func.count()).select_from(SignInAttempt))) == 5
    answer = enter(browser, cast.buyer)
    assert answer.status_code == 429
    assert "Try again in 1 min." in answer.text


def test_each_sign_in_has_a_session_of_its_own_and_signing_out_ends_it(browser, cast, look):
    enter(browser, cast.buyer)
    cookie = browser.get_cookie("fair").value
    post(browser, "/sign-out", "/mine")
    assert look(lambda s: s.scalars(select(UserSession)).one().ended_at) is not None
    browser.set_cookie("fair", cookie)
    assert browser.get("/mine").status_code == 302
    enter(browser, cast.buyer)
    assert len(look(lambda s: {row.token_hash for row in s.scalars(select(UserSession))})) == 2


def test_a_code_comes_by_the_log_of_the_demonstration_and_lets_in(browser, cast, log):
    browser.get("/sign-in?by=code")
    answer = browser.post("/sign-in/send-code", data={"phone": cast.buyer.phone, "next": "/mine/account"})
    assert answer.location == "/sign-in/code"
    page = browser.get("/sign-in/code").text
    assert "139****0011" in page
    assert cast.buyer.phone not in page
    code = code_in(log)
    wrong = browser.post("/sign-in/code", data={"code": f"{(int(code) + 1) % 10**6:06d}"})
    assert wrong.status_code == 400
    assert "This code is wrong or has run out." in wrong.text
    right = browser.post("/sign-in/code", data={"code": f"{code[:3]} {code[3:]}"})
    assert (right.status_code, right.location) == (303, "/mine/account")


def test_another_code_can_be_asked_for(browser, cast, log):
    browser.post("/sign-in/send-code", data={"phone": cast.buyer.phone})
    first = code_in(log)
    assert browser.post("/sign-in/send-code", data={"again": "1"}).location == "/sign-in/code"
    second = code_in(log)
    assert "another code" in browser.get("/sign-in/code").text
    if first != second:
        assert browser.post("/sign-in/code", data={"code": first}).status_code == 400
    assert browser.post("/sign-in/code", data={"code": second}).status_code == 303


def test_a_buyer_opens_an_account_with_a_name_and_a_code(browser, cast, log, look):
    assert browser.get("/register-buyer").status_code == 200
    assert browser.post("/register-buyer", data={"name": "赵青", "phone": "13900009990"}).location == "/sign-in/code"
    assert browser.post("/sign-in/code", data={"code": code_in(log)}).status_code == 303
    assert "Welcome, 赵青" in browser.get("/mine").text
    assert holds(look, "13900009990") == ()


@pytest.mark.parametrize(
    ("address", "data"),
    [("/sign-in", {}), ("/sign-in", {"phone": "12", "password": "x" * 500}), ("/sign-in/send-code", {"phone": "\x00"}),
     ("/register-buyer", {"name": "", "phone": "13900009990"}), ("/register-buyer", {"name": "名" * 61, "phone": "1"})],
)  # fmt: skip
def test_bad_answers_are_told_beside_their_field(browser, cast, address, data):
    answer = browser.post(address, data=data)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_a_code_page_without_a_number_goes_back(browser, cast):
    assert browser.get("/sign-in/code").location == "/sign-in?by=code"
    assert browser.post("/sign-in/code", data={"code": "123456"}).location == "/sign-in?by=code"


def test_the_demonstrations_sign_ins_are_shown_where_they_are_set_and_never_in_production(app, browser, cast):
    assert "Try it as somebody" not in browser.get("/sign-in").text
    app.config["DEMO_SIGN_INS"] = [("County official", cast.county_official.phone, PASSWORD)]
    page = browser.get("/sign-in").text
    assert "Try it as somebody" in page
    assert PASSWORD in page
    app.config["MODE"] = "production"
    assert PASSWORD not in browser.get("/sign-in").text


NEW = "green-tea-hill-9"


def change(browser, **data):
    return post(browser, "/mine/password", "/mine/account", **data)


def test_a_new_password_signs_every_device_out(browser, open_browser, cast):
    enter(browser, cast.farmer)
    other = open_browser()
    enter(other, cast.farmer)
    assert change(browser, current=PASSWORD, password="12345678").status_code == 400
    assert change(browser, current=PASSWORD, password=NEW).location == "/sign-in"
    assert other.get("/mine").status_code == 302
    assert browser.post("/sign-in", data={"phone": cast.farmer.phone, "password": NEW}).status_code == 303


@pytest.mark.parametrize(("lang", "words"), [("en", "This is not your present password."), ("zh", "现在的密码不对。")])
def test_a_password_is_not_changed_by_who_does_not_know_the_present_one(browser, cast, look, lang, words):
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = lang
    enter(browser, cast.farmer)
    assert 'name="current"' in browser.get("/mine/account").text
    for wrong in ({}, {"current": ""}, {"current": NEW}, {"current": PASSWORD + "x"}):
        answer = change(browser, password=NEW, **wrong)
        assert answer.status_code == 400
        assert words in answer.text
    assert services.is_right_password(look(lambda s: queries.user(s, cast.farmer.id)).password_hash, PASSWORD)
    assert browser.get("/mine").status_code == 200


def test_guesses_at_the_present_password_lock_the_number_and_a_right_one_forgives(browser, cast):
    enter(browser, cast.farmer)
    for _ in range(4):
        assert change(browser, current="wrong-password", password=NEW).status_code == 400
    assert change(browser, current=PASSWORD, password="12345678").status_code == 400
    assert change(browser, current="wrong-password", password=NEW).status_code == 400
    locked = change(browser, current=PASSWORD, password=NEW)
    assert locked.status_code == 429
    assert "Try again in 1 min." in locked.text
    with clock.stopped_at(clock.now() + dt.timedelta(minutes=2)):
        assert change(browser, current=PASSWORD, password=NEW).status_code == 303
        for _ in range(4):
            browser.post("/sign-in", data={"phone": cast.farmer.phone, "password": "wrong-password"})
        assert browser.post("/sign-in", data={"phone": cast.farmer.phone, "password": NEW}).status_code == 303


def enter_by_code(browser, log, phone):
    browser.post("/sign-in/send-code", data={"phone": phone, "csrf_token": token(browser, "/sign-in?by=code&again=1")})
    browser.post("/sign-in/code", data={"code": code_in(log), "csrf_token": token(browser, "/sign-in/code")})


def test_a_forgotten_password_is_set_anew_by_a_code_within_minutes(browser, cast, log):
    enter(browser, cast.farmer)
    again = re.search(r'href="([^"]*again=1[^"]*)"', browser.get("/mine/account").text).group(1).replace("&amp;", "&")
    assert browser.get(again).status_code == 200
    enter_by_code(browser, log, cast.farmer.phone)
    assert 'name="current"' not in browser.get("/mine/account").text
    with clock.stopped_at(clock.now() + dt.timedelta(minutes=10)):
        assert 'name="current"' in browser.get("/mine/account").text
    assert change(browser, password=NEW).location == "/sign-in"
    assert browser.post("/sign-in", data={"phone": cast.farmer.phone, "password": NEW}).status_code == 303


def test_a_first_password_needs_a_code_just_shown(browser, cast, log, look):
    phone = "13900009990"
    with clock.stopped_at(clock.now() - dt.timedelta(minutes=11)):
        browser.post("/register-buyer", data={"name": "赵青", "phone": phone})
        browser.post("/sign-in/code", data={"code": code_in(log)})
    page = browser.get("/mine/account").text
    assert 'name="password"' not in page
    assert "Sign in with a code to set a password." in page
    refused = change(browser, password=NEW)
    assert refused.status_code == 403
    assert "set your password within 10 minutes" in refused.text
    assert look(lambda s: queries.user_by_phone(s, phone)).password_hash is None
    enter_by_code(browser, log, phone)
    assert change(browser, password=NEW).location == "/sign-in"
    assert browser.post("/sign-in", data={"phone": phone, "password": NEW}).status_code == 303


def test_every_device_is_signed_out_at_once(browser, cast):
    enter(browser, cast.buyer)
    assert "This one" in browser.get("/mine/account").text
    assert post(browser, "/mine/sign-out-everywhere", "/mine/account").location == "/sign-in"
    assert browser.get("/mine").status_code == 302


def test_a_county_official_grants_and_ends_a_role(browser, cast, look):
    enter(browser, cast.county_official)
    grant = {"phone": "13900009980", "name": "新人", "role": "helper", "area": VILLAGE, "reason": "第7号"}
    assert post(browser, "/office/people", "/office/people", **grant).status_code == 303
    assert holds(look, "13900009980") == (Grant(Role.HELPER, VILLAGE),)
    key, by = look(lambda s: s.execute(select(RoleGrant.id, RoleGrant.granted_by).order_by(RoleGrant.id.desc()).limit(1)).one())
    assert by == cast.county_official.id
    page = browser.get("/office/people").text
    assert "新人" in page
    assert "13900009980" not in page
    assert post(browser, f"/office/people/{key}/end", "/office/people").status_code == 303
    assert holds(look, "13900009980") == ()
    assert look(breaches) == []
    assert "新人" in browser.get("/office/people?ended=1").text


def test_a_township_sees_and_ends_its_own_roles_alone(browser, cast, look):
    enter(browser, cast.township_official)
    page = browser.get("/office/people").text
    assert "朱秋生" in page
    assert "严春兰" not in page
    foreign = look(lambda s: s.scalar(select(RoleGrant.id).where(RoleGrant.user_id == cast.other_village_official.id)))
    assert post(browser, f"/office/people/{foreign}/end", "/office/people").status_code == 404
    assert post(browser, "/office/people/99999999999999999999/end", "/office/people").status_code == 404
    answer = post(browser, "/office/people", "/office/people", phone="13900009981", name="某", role="helper", area=OTHER_VILLAGE)
    assert answer.status_code == 404
    answer = post(
        browser, "/office/people", "/office/people", phone="13900009981", name="某", role="village_official", area=VILLAGE
    )
    assert answer.status_code == 403
    assert "You may not grant or end this role there." in answer.text
    assert holds(look, "13900009981") is None


def test_nobody_grants_a_role_to_themselves_on_the_page(browser, cast):
    enter(browser, cast.county_official)
    answer = post(browser, "/office/people", "/office/people", phone=cast.county_official.phone, role="helper", area=VILLAGE)
    assert answer.status_code == 403
    assert "Nobody grants a role to themselves." in answer.text


def test_an_auditor_reads_roles_and_trail_and_grants_nothing(browser, cast):
    enter(browser, cast.auditor)
    page = browser.get("/office/people").text
    assert "Grant the role" not in page
    assert browser.get("/office/audit").status_code == 200
    csrf = token(browser, "/office/audit")
    data = {"csrf_token": csrf, "phone": cast.buyer.phone, "role": "helper", "area": VILLAGE}
    assert browser.post("/office/people", data=data).status_code == 403


@pytest.mark.parametrize(("who", "status"), [("administrator", 403), ("village_official", 403), ("buyer", 403), ("auditor", 200)])
def test_the_trail_is_read_by_those_whose_work_it_is(browser, cast, who, status):
    enter(browser, getattr(cast, who))
    assert browser.get("/office/audit").status_code == status


def test_the_trail_is_cut_filtered_and_paged(browser, cast, writing):
    for number in range(60):
        services.record_audit(
            writing, by=cast.village_official.id, action="farmers.match", object_kind="household", object_ref=f"H{number:03d}",
            after={"n": number},
        )  # fmt: skip
    services.record_audit(
        writing, by=cast.other_village_official.id, action="farmers.match", object_kind="household", object_ref="H-FAR"
    )
    writing.commit()
    enter(browser, cast.township_official)
    page = browser.get("/office/audit?kind=household").text
    assert "Matched a person to a household" in page
    assert "H059" in page
    assert "H009" not in page
    assert "H-FAR" not in page
    older = re.search(r'rel="next" href="([^"]+)"', page).group(1).replace("&amp;", "&")
    assert "H009" in browser.get(older).text
    assert "H007" in browser.get("/office/audit?ref=H007").text
    assert "H007" not in browser.get("/office/audit?ref=H008").text
    assert "H059" in browser.get(f"/office/audit?who={cast.village_official.phone}").text
    assert "Nobody has this number" in browser.get("/office/audit?who=nobody").text
    assert browser.get("/office/audit?before=999999999999999999999&kind=%00&ref=%F0").status_code == 200


def test_every_page_stands_in_chinese_without_an_english_sentence(client, cast):
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh"
    for address, words in (
        ("/sign-in", "用短信验证码"),
        ("/sign-in?by=code", "发验证码给我"),
        ("/register-buyer", "开通买家账号"),
    ):
        assert words in client.get(address).text
    enter(client, cast.county_official)
    for address, words in (("/office/people", "现任角色"), ("/office/audit", "操作记录"), ("/mine/account", "已登录的设备")):
        assert words in client.get(address).text


def test_the_command_line_opens_the_first_account(app, cast, look):
    run = app.test_cli_runner().invoke
    made = run(args=["accounts", "create", "13900009970", "--name", "首位", "--role", "administrator", "--area", COUNTY])
    assert made.exit_code == 0, made.output
    password = re.search(r"password: (\S+)", made.output).group(1)
    assert services.is_right_password(look(lambda s: queries.user_by_phone(s, "13900009970").password_hash), password)
    assert holds(look, "13900009970") == (Grant(Role.ADMINISTRATOR, COUNTY),)
    given = [
        "accounts",
        "create",
        "13900009971",
        "--name",
        "乡镇",
        "--role",
        "township_official",
        "--area",
        TOWNSHIP,
        "--password-stdin",
    ]
    assert "password" not in run(args=given, input="green-tea-hill-9\n").output
    assert services.is_right_password(look(lambda s: queries.user_by_phone(s, "13900009971").password_hash), "green-tea-hill-9")


@pytest.mark.parametrize(
    "args",
    [["123", "--name", "x", "--role", "auditor", "--area", COUNTY], ["13900009972", "--name", "x", "--role", "auditor"],
     ["13900009972", "--name", "x", "--role", "auditor", "--area", "999999"], ["13900009972", "--name", "x", "--role", "king"]],
)  # fmt: skip
def test_the_command_line_refuses_in_words(app, cast, look, args):
    made = app.test_cli_runner().invoke(args=["accounts", "create", *args])
    assert made.exit_code != 0
    assert "Traceback" not in made.output
    assert holds(look, "13900009972") is None

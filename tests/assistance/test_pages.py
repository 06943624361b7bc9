"""The record's pages: register import by two officials, households in scope, disclosure with a reason, entries."""

import hashlib
import io
import re

import pytest
from PIL import Image as Picture
from sqlalchemy import select

from marketplace.assistance import queries
from marketplace.assistance.models import RegisterImport, Unmasking, Visit, VisitImage, YearLedgerEntry
from marketplace.farmers import queries as farmers
from marketplace.farmers import services as farmers_services
from marketplace.kernel import clock
from marketplace.media.models import Image
from tests.assistance.register.builders import head, member, register
from tests.farmers.places import DAY, county, enter, entry, id_of, official, phone_of
from tests.farmers.places import member as person_of

COUNTY, TOWN, OTHER_TOWN, VILLAGE = "360321", "360321101", "360321102", "360321101005"


@pytest.fixture
def sealer(app):
    return app.extensions["sealer"]


@pytest.fixture
def household(writing, sealer):
    county(writing)
    row = farmers_services.open_household(writing, entry=entry(phone="19900000001"), on=DAY, sealer=sealer)
    writing.commit()
    return row


@pytest.fixture
def people(writing, household):
    """One official of each kind, and a second of the county."""
    found = {
        "county": official(writing, "county_official", COUNTY),
        "second": official(writing, "county_official", COUNTY),
        "town": official(writing, "township_official", TOWN),
        "elsewhere": official(writing, "township_official", OTHER_TOWN),
        "village": official(writing, "village_official", VILLAGE),
        "auditor": official(writing, "auditor", COUNTY),
        "administrator": official(writing, "administrator", COUNTY),
    }
    writing.commit()
    return found


def upload(client, book, **fields):
    data = {"file": (io.BytesIO(book), "register.xlsx"), "area": COUNTY, **fields}
    return client.post("/office/register", data=data, content_type="multipart/form-data")


def post_megabytes(client, address, count):
    """Send a form that says of itself how long it is; the site reads no further."""
    length = {"CONTENT_LENGTH": str(count * 1024 * 1024)}
    return client.post(address, data=b"--x", content_type="multipart/form-data; boundary=x", environ_overrides=length)


def good_book():
    return register(head(户编号="H9", 证件号码=id_of(11), 联系电话="19900000011"), member(户编号="H9", 证件号码=id_of(12)))


def test_a_register_is_proposed_by_one_official_and_accepted_by_another(client, people, writing):
    enter(client, people["county"])
    answer = upload(client, good_book())
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "another county official must decide" in page
    client.post(f"{answer.location}/accept")
    assert writing.scalars(select(RegisterImport)).one().state == "proposed"
    enter(client, people["second"])
    assert "Accept the import" in client.get(answer.location).text
    client.post(f"{answer.location}/accept")
    writing.expire_all()
    assert writing.scalars(select(RegisterImport)).one().state == "accepted"
    assert farmers.household_by_register_number(writing, "H9") is not None
    assert "Accepted" in client.get("/office/register").text


def test_everybody_who_is_absent_is_listed_masked_a_page_at_a_time(client, people, household, writing, sealer):
    others = [entry(f"A{number:02d}", members=(person_of(number),)) for number in range(20, 71)]
    farmers_services.open_households(writing, entries=others, on=DAY, sealer=sealer)
    writing.commit()
    enter(client, people["county"])
    # the file has another household of the township, and of the one that stands its head alone
    address = upload(client, register(head(), head(户编号="H9", 证件号码=id_of(11), 联系电话="19900000011"))).location
    first, listed = client.get(address).text, []
    assert "51 in all" in first
    assert "1 in all" in first
    assert re.search(r"H1</th><td[^>]*>刘\*\*</td>", first), "the head's wife is absent, and named"
    assert "刘一" not in first
    for page in range(1, 4):
        found = re.findall(r"(A\d\d)</th><td[^>]*>(\S+?)</td>", client.get(f"{address}?absent={page}").text)
        listed.append(found)
    assert [len(found) for found in listed] == [50, 1, 1], "a page beyond the last is the last"
    assert {number for found in listed for number, _name in found} == {f"A{number:02d}" for number in range(20, 71)}
    assert all(name.endswith("*") for found in listed for _number, name in found)
    (onward,) = re.findall(r'rel="next" href="([^"]*)"', first)
    assert "absent=2" in onward


def test_a_bad_register_shows_every_bad_cell_masked(client, people, writing):
    enter(client, people["county"])
    bad = id_of(11)[:-1] + ("1" if id_of(11)[-1] != "1" else "2")
    answer = upload(client, register(head(户编号="H9", 证件号码=bad)))
    page = client.get(answer.location).text
    assert bad not in page
    assert "证件号码" in page
    assert "3603" in page
    assert farmers.household_by_register_number(writing, "H9") is None


def test_a_page_of_findings_beyond_every_number_a_database_knows_is_empty(client, people):
    enter(client, people["county"])
    address = upload(client, register(head(户编号="H9", 证件号码="1"))).location
    assert "证件号码" in client.get(address).text
    beyond = client.get(f"{address}?page={2**63 - 1}")
    assert beyond.status_code == 200
    assert "证件号码" not in beyond.text


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "This file has 50 MB; up to 20 MB are possible."), ("zh", "此文件有50 MB，最大20 MB。")],
)
def test_a_register_far_too_large_is_told_how_large_one_may_be(client, people, lang, words):
    enter(client, people["county"])
    answer = post_megabytes(client, f"/office/register?lang={lang}", 50)
    assert answer.status_code == 413
    assert words in answer.text


def test_a_photograph_far_too_large_is_spoken_of_as_a_photograph(client, people, household):
    enter(client, people["village"])
    answer = post_megabytes(client, f"/office/households/{household.ref}/visit", 25)
    assert answer.status_code == 413
    assert "Please choose a smaller picture or file." in answer.text


def test_what_is_no_workbook_is_refused_beside_the_field(client, people):
    enter(client, people["county"])
    for content in (b"", b"a,b,c\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 100, b"PK\x03\x04rest"):
        answer = upload(client, content)
        assert answer.status_code == 400
        assert "error-summary" in answer.text
    assert client.post("/office/register", data={"area": COUNTY}).status_code == 400


def test_an_area_that_is_not_theirs_cannot_be_named(client, people):
    enter(client, people["county"])
    assert upload(client, good_book(), area="360322").status_code == 403


def test_only_county_officials_import(client, people):
    for who in ("town", "village", "auditor", "administrator"):
        enter(client, people[who])
        assert upload(client, good_book()).status_code == 403
    enter(client, people["auditor"])
    assert client.get("/office/register").status_code == 200


def test_an_import_can_be_rejected_with_a_reason(client, people, writing):
    enter(client, people["county"])
    address = upload(client, good_book()).location
    enter(client, people["second"])
    client.post(f"{address}/reject", data={"reason": "old file"})
    row = writing.scalars(select(RegisterImport)).one()
    assert (row.state, row.reason) == ("rejected", "old file")


def test_households_are_listed_in_scope_and_masked(client, people, household):
    enter(client, people["village"])
    page = client.get("/office/households").text
    assert household.ref in page
    assert "刘**" in page
    assert id_of(1) not in page
    for query in ("?q=H1", f"?q={household.ref}", "?status=none", f"?village={VILLAGE}"):
        assert household.ref in client.get(f"/office/households{query}").text
    for query in ("?q=H77", "?status=registered", "?after=360321101006.H9", "?village=360321101006"):
        assert household.ref not in client.get(f"/office/households{query}").text
    for query in ("?status=nonsense", "?page=-1", "?page=x", "?village=999", "?q=%00%25", "?page=99999999999999999999"):
        assert client.get(f"/office/households{query}").status_code == 200
    enter(client, people["elsewhere"])
    assert household.ref not in client.get("/office/households").text


def test_a_card_of_another_area_is_not_there(client, people, household):
    enter(client, people["elsewhere"])
    foreign = client.get(f"/office/households/{household.ref}")
    missing = client.get("/office/households/H00000000")
    assert (foreign.status_code, missing.status_code) == (404, 404)
    enter(client, people["administrator"])
    assert client.get(f"/office/households/{household.ref}").status_code == 403


def test_the_card_is_masked_and_a_field_is_shown_once_with_a_reason(client, people, household, writing, sealer):
    enter(client, people["village"])
    address = f"/office/households/{household.ref}"
    page = client.get(address).text
    assert id_of(1) not in page
    assert "19900000001" not in page
    for words in ("Show: Full name", "Show: ID number", "Show: Telephone"):
        assert words in page, "links that stand together say apart what they show"
    ref = farmers.member_views(writing, household.id, sealer=sealer)[0].ref
    answer = client.post(f"{address}/unmask", data={"field": "id_number", "member": ref, "reason": "bank account"})
    assert id_of(1) in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    row = writing.scalars(select(Unmasking)).one()
    assert (row.field, row.reason) == ("id_number", "bank account")
    after = client.get(address).text
    assert id_of(1) not in after
    assert "bank account" in after


def test_no_reason_no_field(client, people, household, writing, sealer):
    enter(client, people["village"])
    ref = farmers.member_views(writing, household.id, sealer=sealer)[0].ref
    for data in (
        {"field": "id_number", "member": ref, "reason": ""},
        {"field": "id_number", "member": "M000", "reason": "long enough"},
        {"field": "nonsense", "member": ref, "reason": ""},
        {},
    ):
        answer = client.post(f"/office/households/{household.ref}/unmask", data=data)
        assert 400 <= answer.status_code < 500
        assert id_of(1) not in answer.text
    assert writing.scalars(select(Unmasking)).all() == []


def test_the_auditor_and_other_areas_unmask_and_write_nothing(client, people, household, writing):
    base = f"/office/households/{household.ref}"
    paths = ("unmask", "visit", "measure", "causes", "helper", "ledger", "measure/1/end", "ledger/1/approve")
    for who, status in (("auditor", 403), ("elsewhere", 404)):
        enter(client, people[who])
        for path in paths:
            assert client.post(f"{base}/{path}", data={"reason": "long enough"}).status_code == status, (who, path)


def photo(colour="green"):
    held = io.BytesIO()
    Picture.new("RGB", (400, 300), colour).save(held, "JPEG")
    return held.getvalue()


def test_a_visit_with_a_photo_is_recorded_once_for_its_key(client, people, household, writing):
    enter(client, people["village"])
    address = f"/office/households/{household.ref}/visit"
    key = re.search(r'name="key" value="([^"]+)"', client.get(address).text)[1]
    for _ in range(2):
        data = {"visited_on": "2026-03-02", "note": "A dry house.", "key": key, "photos": (io.BytesIO(photo()), "a.jpg")}
        assert client.post(address, data=data, content_type="multipart/form-data").status_code == 303
    assert len(writing.scalars(select(Visit)).all()) == 1
    assert len(writing.scalars(select(VisitImage)).all()) == 1
    page = client.get(f"/office/households/{household.ref}").text
    assert "A dry house." in page
    assert "/media/" not in page


def test_a_photo_of_a_visit_is_shown_to_readers_of_the_household_alone_and_kept_by_no_cache(
    client, people, household, writing, sealer
):
    other = farmers_services.open_household(writing, entry=entry("H2", members=(person_of(3),)), on=DAY, sealer=sealer)
    writing.commit()
    enter(client, people["village"])
    card = f"/office/households/{household.ref}"
    sent = photo("plum")
    data = {"visited_on": "2026-03-02", "note": "A dry house.", "photos": (io.BytesIO(sent), "a.jpg")}
    assert client.post(f"{card}/visit", data=data, content_type="multipart/form-data").status_code == 303
    addresses = set(re.findall(rf"{card}/photos/[^\s\",]+", client.get(card).text))
    assert len(addresses) >= 6
    for address in addresses:
        with client.get(address) as answer:
            assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-store"), address
            assert answer.mimetype.startswith("image/")
    for who, status in (("auditor", 200), ("town", 200), ("elsewhere", 404), ("administrator", 403)):
        enter(client, people[who])
        for address in addresses:
            with client.get(address) as answer:
                assert answer.status_code == status, who
    enter(client, people["village"])
    missing = [address.replace(household.ref, other.ref) for address in addresses] + [f"{card}/photos/M00000000/320.jpeg"]
    assert {client.get(address).status_code for address in missing} == {404}
    image = writing.scalars(select(Image)).one()
    assert not image.is_public
    for sha256 in (image.sha256, hashlib.sha256(sent).hexdigest()):
        for each in image.variants:
            assert client.get(f"/media/{sha256}/{each['width']}.{each['kind']}").status_code == 404
    guest = client.application.test_client()
    assert all(guest.get(address).headers["Location"].startswith("/sign-in") for address in addresses)


def test_a_visit_without_words_or_with_a_bad_picture_is_asked_again(client, people, household, writing):
    enter(client, people["village"])
    address = f"/office/households/{household.ref}/visit"
    for data in (
        {"visited_on": "2026-03-02", "note": ""},
        {"visited_on": "soon", "note": "x"},
        {"visited_on": "2999-01-01", "note": "x"},
        {"visited_on": "2026-03-02", "note": "x", "photos": (io.BytesIO(b"no picture"), "a.jpg")},
    ):
        answer = client.post(address, data=data, content_type="multipart/form-data")
        assert answer.status_code == 200
        assert "error-summary" in answer.text
    assert writing.scalars(select(Visit)).all() == []


def test_measures_causes_and_helper_are_written_with_their_days(client, people, household, writing, sealer):
    enter(client, people["town"])
    base = f"/office/households/{household.ref}"
    assert client.post(f"{base}/measure", data={"kind": "solar", "from_on": "2026-03-02"}).status_code == 303
    assert (
        client.post(f"{base}/causes", data={"main": "land", "others": ["skills", "water"], "on": "2026-03-02"}).status_code == 303
    )
    assert (
        client.post(
            f"{base}/helper", data={"name": "王五", "organisation": "县教育局", "phone": "19900000007", "on": "2026-03-02"}
        ).status_code
        == 303
    )
    card = queries.household_card(writing, household.id, on=clock.today(), sealer=sealer)
    assert [one.kind for one in card.measures] == ["solar"]
    assert {one.cause for one in card.causes} == {"land", "skills", "water"}
    assert [one.name for one in card.helpers] == ["王五"]
    assert client.post(f"{base}/measure/{card.measures[0].id}/end").status_code == 303
    page = client.get(base).text
    assert "Solar power" in page
    assert "王五" in page
    assert client.post(f"{base}/measure", data={"kind": "nonsense", "from_on": "2026-03-02"}).status_code == 200
    assert client.post(f"{base}/measure/999/end").status_code == 404


def named(client, household, phone, **fields):
    data = {"name": "周小英", "phone": phone, "on": f"{clock.today():%Y-%m-%d}", **fields}
    return client.post(f"/office/households/{household.ref}/helper", data=data, follow_redirects=True).text


def test_a_helper_sees_the_households_they_are_named_for_and_no_other_of_the_village(client, people, household, writing, sealer):
    other = farmers_services.open_household(writing, entry=entry("H2", members=(person_of(3),)), on=DAY, sealer=sealer)
    helper = official(writing, "helper", VILLAGE)
    writing.commit()
    theirs, neighbours = (f"/office/households/{each.ref}" for each in (household, other))
    enter(client, helper)
    assert client.get(theirs).status_code == 404
    assert "No household names you" in client.get("/office/").text
    enter(client, people["village"])
    assert "sees this household after signing in" in named(client, household, phone_of(writing, helper))
    enter(client, helper)
    assert [client.get(each).status_code for each in (theirs, neighbours)] == [200, 404]
    listed = client.get("/office/households").text
    assert household.ref in listed
    assert other.ref not in listed
    assert "You are named helper of 1 household." in client.get("/office/").text
    for query in (f"?village={VILLAGE}", "?q=H1", "?village=\0", "?status=none"):
        assert other.ref not in client.get(f"/office/households{query}").text
    assert client.post(f"{theirs}/visit", data={"visited_on": "2026-03-02", "note": "Well."}).status_code == 303
    assert client.post(f"{neighbours}/visit", data={"visited_on": "2026-03-02", "note": "Well."}).status_code == 404
    # whoever is named next ends it
    enter(client, people["village"])
    assert "need the role of a helper" in named(client, household, "19900000077")
    enter(client, helper)
    assert client.get(theirs).status_code == 404


def test_a_helper_appointed_elsewhere_is_on_record_and_sees_nothing(client, people, household, writing):
    helper = official(writing, "helper", OTHER_TOWN)
    writing.commit()
    enter(client, people["village"])
    assert "need the role of a helper" in named(client, household, phone_of(writing, helper))
    enter(client, helper)
    assert client.get(f"/office/households/{household.ref}").status_code == 404
    assert household.ref not in client.get("/office/households").text


def test_declared_income_waits_for_a_second_official(client, people, household, writing):
    enter(client, people["village"])
    base = f"/office/households/{household.ref}"
    data = {"year": "2025", "category": "wage", "amount_fen": "12000.50", "source": "survey"}
    assert client.post(f"{base}/ledger", data=data).status_code == 303
    row = writing.scalars(select(YearLedgerEntry)).one()
    client.post(f"{base}/ledger/{row.id}/approve")
    writing.refresh(row)
    assert row.approved_by is None
    enter(client, people["town"])
    assert client.post(f"{base}/ledger/{row.id}/approve").status_code == 303
    writing.refresh(row)
    assert (row.approved_by, row.amount_fen) == (people["town"], 1_200_050)
    assert "12,000.50" in client.get(base).text
    trail = client.get(f"/office/audit?kind=household&ref={household.ref}").text
    for words in ("Entered declared income", "Approved declared income", "Wages", "¥12,000.50"):
        assert words in trail


def test_entry_pages_open_in_both_languages(client, people, household):
    enter(client, people["county"])
    base = f"/office/households/{household.ref}"
    for path in ("", "/visit", "/measure", "/causes", "/helper", "/ledger"):
        for language in ("zh", "en"):
            assert client.get(f"{base}{path}?lang={language}").status_code == 200


def test_a_household_of_a_second_person_is_not_touched_by_the_firsts_entries(client, people, household, writing, sealer):
    other = farmers_services.open_household(writing, entry=entry("H2", members=(person_of(3),)), on=DAY, sealer=sealer)
    writing.commit()
    enter(client, people["town"])
    client.post(f"/office/households/{household.ref}/measure", data={"kind": "solar", "from_on": "2026-03-02"})
    measure = queries.household_card(writing, household.id, on=clock.today(), sealer=sealer).measures[0]
    assert client.post(f"/office/households/{other.ref}/measure/{measure.id}/end").status_code == 404

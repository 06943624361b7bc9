"""A small county for asking: one person of each role, and in each place one object of each kind, made through the services.

`PARTS` says, for each part of an address, which object it names. A package that brings a new kind of address part adds its
builder here; a route whose parts nobody can build fails the suite.
"""

import datetime as dt
import hashlib
import io
import itertools
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from PIL import Image as Picture
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts import services as accounts
from marketplace.accounts.models import UserSession
from marketplace.accounts.queries import token_hash
from marketplace.areas import services as areas
from marketplace.assistance import queries as assistance_queries
from marketplace.assistance import services as assistance
from marketplace.assistance.register.reading import read_register
from marketplace.assistance.services import Brought
from marketplace.assistance.values import Guarantee, LedgerCategory, MeasureKind, PlatformFigures
from marketplace.assistance.values.alerts import SpendingKind
from marketplace.assistance.values.courses import Audience, CourseDraft, CourseKind
from marketplace.assistance.values.help import PlanDraft
from marketplace.assistance.values.procedures import (
    Action,
    EvidenceKind,
    HouseholdYear,
    Kinship,
    ListKind,
    ProcedureKind,
    Said,
    Settings,
    Signer,
)
from marketplace.farmers import queries as farmer_queries
from marketplace.farmers import services as farmers
from marketplace.farmers.values import AccountEntry, AccountEvidence, ConsentKind, HouseholdEntry, MemberEntry, SellerKind
from marketplace.grievances import services as grievances
from marketplace.grievances.values import Complaint
from marketplace.grievances.values import Kind as GrievanceKind
from marketplace.income import queries as income_queries
from marketplace.income import services as income
from marketplace.income.values import BankWord, ResultRowIn, SaleFact
from marketplace.kernel import clock, ids
from marketplace.kernel.identity import check_character
from marketplace.ledger.values import BANK
from marketplace.media import services as media
from marketplace.media.storage import DiskStore
from marketplace.notices import services as notices
from marketplace.orders import services as orders
from marketplace.orders.values import Contact, InvoiceTitle, PurchaseView, RefundReason, TitleKind
from marketplace.payments import queries as payment_queries
from marketplace.payments import services as payments
from marketplace.payments.queries import hosted as hosted_queries
from marketplace.payments.values import Method, ReceiptView
from marketplace.privacy import services as privacy
from marketplace.products import queries as product_queries
from marketplace.products import services as products
from marketplace.reconciliation import queries as reconciliation_queries
from marketplace.reconciliation import services as reconciliation
from marketplace.reconciliation.bank_lists import read_bank_list
from marketplace.reconciliation.values import Side
from marketplace.surveys import queries as survey_queries
from marketplace.surveys import services as surveys
from marketplace.surveys.values import TEMPLATE, ReadSheet, Respondents
from marketplace.tours import queries as tour_queries
from marketplace.tours import services as tours
from marketplace.tours.services import PartDraft, Party, TourDraft
from marketplace.tours.values import Basis, BookingView, Leader, Role, Theme, TourKind, UnitKind, Wish
from marketplace.web.db import db
from tests.assistance.register.builders import AREAS, head, register
from tests.assistance.register.builders import member as row_of
from tests.payments import stripe_facts
from tests.permissions.matrix import Row
from tests.reconciliation.lists import bank_list

COUNTY, TOWN, OTHER_TOWN = "360321", "360321101", "360321102"
HOME = "360321101005"
#: Where the objects lie, seen from the home of every person.
VILLAGES = {"own": HOME, "neighbour": HOME, "village": "360321101006", "township": "360321102201"}
#: role -> the area it is held on; buyers and farmers hold none, a reseller neither.
GRANTS = {
    "village_official": HOME, "task_force": HOME, "helper": HOME, "photographer": HOME, "township_official": TOWN,
    "county_official": COUNTY, "auditor": COUNTY, "administrator": COUNTY, "reseller": None,
}  # fmt: skip
CONTACT = Contact("王雨", "13900000011", "萍乡市莲花县琴亭镇解放路1号")
MONTH = "2026-09"
SOLD_AT = dt.datetime(2026, 9, 12, 4, 0, tzinfo=dt.UTC)
DAY = dt.date(2026, 3, 1)

_SITE = {
    "kind": "memorial", "is_red": True, "name_zh": "纪念馆", "name_en": "Memorial Hall", "story_zh": "故事", "story_en": "Story",
    "opens": "09:00", "closes": "17:00", "slot_minutes": 60, "daily_capacity": 400, "is_real_name": True, "group_least": 20,
    "is_example": True, "picture": "memorial_hall",
}  # fmt: skip

_phones = itertools.count(19955500000)
_people = itertools.count(1)


@dataclass
class Place:
    """What lies in one place. Keys and references of one object of each kind."""

    name: str
    village: str
    household_id: int = 0
    household: str = ""
    #: The household agrees that others list for it.
    consent: int = 0
    seller_id: int = 0
    seller: str = ""
    #: A travel agency that sells from there and was licensed once.
    agency: str = ""
    #: On sale in the shop, and another one for the desk and the office to handle.
    shown: str = ""
    shown_ref: str = ""
    offer: str = ""
    #: Waiting for approval.
    waiting: str = ""
    #: An experience on sale, by the name in its address.
    tour: str = ""
    picture: tuple[str, str] = ("", "")
    #: Taken on a visit: its reference and the name of one of its files.
    photo: tuple[str, str] = ("", "")
    photo_id: int = 0
    measure: int = 0
    #: A measure chosen that waits for the household's word, and an outcome that waits for its signature.
    plan: int = 0
    outcome: int = 0
    #: A course that somebody of the household has a place in, and that place.
    course: str = ""
    enrolment: int = 0
    ledger_entry: int = 0
    #: Spending entered, and an alert that the nightly pass raised.
    spending: int = 0
    alert: str = ""
    line: int = 0
    disputed: int = 0
    payout: str = ""
    #: A pay-out account that waits for its second official; a batch that went to the bank, with its one attempt, file and result.
    account: str = ""
    batch: str = ""
    attempt: str = ""
    bank_file: str = ""
    result: str = ""
    #: A lot that an agency gathered, and how it would be shared.
    lot: str = ""
    distribution: str = ""
    #: An order that was paid, one that waits for money, a refund asked for, and what officials recorded of money.
    order: str = ""
    purchase: str = ""
    bought: str = ""
    bought_line: int = 0
    #: Orders that were delivered and earned, and a purchase that was paid twice.
    sold: list[str] = field(default_factory=list)
    twice: str = ""
    refund: str = ""
    #: A purchase that came, one of its lines, and what was said of another's.
    arrived: str = ""
    arrived_line: int = 0
    review: str = ""
    #: An invoice asked for of the order that was paid.
    invoice: str = ""
    #: An experience that can be booked with one of its dates, and another that waits for the village.
    hosted: str = ""
    departure: str = ""
    #: A part of the date's work.
    part: int = 0
    waiting_tour: str = ""
    to_send: str = ""
    receipt: str = ""
    surplus: str = ""
    #: A payment that its buyer disputes at the card's bank.
    dispute: str = ""
    transfer: str = ""
    #: A paid and an unpaid booking of the date, a place on its waiting list, and its host's calendar.
    booking: str = ""
    held: str = ""
    queued: str = ""
    calendar: str = ""
    #: What somebody complained of there.
    grievance: str = ""
    #: A request that the household's data be erased.
    erasure: str = ""
    #: The task force's role held there.
    grant: int = 0
    #: Slips of the county's survey, the code of one of them, and a workbook of answers.
    slips: str = ""
    code: str = ""
    answers: str = ""
    #: A case of the household whose village notice hangs out, the notice, and an objection to it.
    case: str = ""
    notice: str = ""
    objection: str = ""
    #: What packages add that are not known here yet.
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def known(self) -> list[str]:
        """The purchases that a browser of this place knows."""
        return [self.bought, self.arrived, self.purchase, self.booking, self.held, self.queued, self.grievance]


class World:
    """The county, its people, and the database they stand in, which can be put back as it was made."""

    def __init__(self, app: Flask, database: Path) -> None:
        self.app = app
        self.database = database
        self.users: dict[str, int] = {}
        self.places: dict[str, Place] = {}
        self.register_import = ""
        self.explanation = ""
        self.rules = 0
        self.survey = ""
        self.is_touched = False
        with app.app_context(), Session(db.engine, expire_on_commit=False) as session:
            self._build(session)
            session.commit()
        self._let_go()
        self._save()

    def restore(self) -> bool:
        """Put the database back as it was made, if anything was sent to it since: no route shall meet what another changed."""
        if not self.is_touched:
            return False
        self._let_go()
        self._put_back()
        self.is_touched = False
        return True

    def _save(self) -> None:
        shutil.copy(self.database, self.database.with_suffix(".saved"))

    def _put_back(self) -> None:
        shutil.copy(self.database.with_suffix(".saved"), self.database)

    def counts(self) -> dict[str, int]:
        """Return how many rows each table holds."""
        with self.app.app_context(), Session(db.engine) as session:
            tables = db.metadata.sorted_tables
            return {table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}

    def _let_go(self) -> None:
        with self.app.app_context():
            # whoever closes SQLite's last connection carries its log into the file
            for engine in db.engines.values():
                engine.dispose()
        for ending in ("-wal", "-shm"):
            Path(f"{self.database}{ending}").unlink(missing_ok=True)

    def token(self, role: str) -> str:
        """Return the token of one of the person's sessions, another each time."""
        return next(self.tokens[role])

    def names_in(self, place: str) -> dict[str, str]:
        """Return the references and names by which a page would give away that something lies in a place, by what they name."""
        held = self.places[place]
        whats = (
            "household", "seller", "agency", "offer", "waiting", "payout", "hosted", "departure", "waiting_tour", "order",
            "purchase", "bought", "twice", "refund", "to_send", "transfer", "receipt", "surplus", "dispute", "booking", "held",
            "grievance", "account", "batch", "attempt", "bank_file", "result", "slips", "answers", "alert", "case", "objection",
            "review", "arrived",
        )  # fmt: skip
        return {what: getattr(held, what) for what in whats} | {
            "report": f"/office/reports/areas/{held.village}",
            "register": f"R-{place}",
            "shop": f"刘家{place}",
            "grant": f"王某{place}",
            # what is offered to a village concerns all its households
            **({"course": held.course} if held.village != HOME or place == "own" else {}),
            "sold": held.sold[0],
            "sold_later": held.sold[1],
        }

    def _build(self, session: Session) -> None:
        areas.load_county(session)
        assistance.load_measure_rules(session)
        products.load_categories(session)
        products.load_agronomy_notes(session)
        orders.load_freight(session)
        self.officials = [self._person(session, "county_official", COUNTY) for _ in range(2)]
        self.users = {role: self._person(session, role, area) for role, area in GRANTS.items()}
        self.users["buyer"] = self._person(session, None)
        self.users["farmer"] = self._person(session, None)
        for name, village in VILLAGES.items():
            self.places[name] = Place(name, village)
            self._open_place(session, self.places[name])
        self._ask(session)
        self._propose_register(session)
        self.rules = assistance.propose_measure_rules(
            session, rules=assistance.first_measure_rules()[:40], least_points=40, outcome_days=90, from_on=clock.today(),
            note="少看几样", by=self.officials[0],
        )  # fmt: skip
        self._judge(session)
        self._settle(session)
        for place in self.places.values():
            # counted once more: what came since has filled the first page of the trail
            offer = product_queries.offer_by_ref(session, place.offer)
            products.set_stock(session, offer_id=offer.id, left=49, by=self.officials[0])
        self.tokens = {role: itertools.cycle(self._sign_in(session, user)) for role, user in self.users.items()}

    def _judge(self, session: Session) -> None:
        """Let a fall of a tenth bring each household below a range, the nightly pass run, and a rule and a range be changed."""
        today = clock.today()
        year, by = today.year - 1, self.officials[0]
        assistance.set_example_ranges(session, [{"year": year, "line": 9300, "where": "示例"}])
        for place in self.places.values():
            entry = assistance.record_year_ledger(
                session, household_id=place.household_id, year=year, category=LedgerCategory.BUSINESS, amount_fen=1_765_000,
                source="survey", by=by,
            )  # fmt: skip
            assistance.approve_year_ledger(session, entry_id=entry.id, by=self.officials[1])
        earned = {place.household_id: PlatformFigures(gross_fen=100_000) for place in self.places.values()}
        assistance.record_platform_income(session, month=f"{year}-07", figures=earned)
        after: int | None = 0
        while after is not None:
            _, after = assistance.assess_next(session, after)
        for place in self.places.values():
            place.alert = assistance_queries.alerts_of_household(session, place.household_id)[0].ref
        assistance.propose_rule(
            session, rule="platform_share", parameters={"percent": 40}, is_on=True, from_on=today, preview={}, by=by
        )
        self.range = assistance.propose_range(session, year=year, amount_fen=900_000, source="文号", by=by).id

    def _sign_in(self, session: Session, user: int) -> list[str]:
        """Begin sessions as signing in does, without spending its budgets."""
        tokens = [ids.token(32) for _ in range(6)]
        now = clock.now()
        for token in tokens:
            session.add(
                UserSession(
                    token_hash=token_hash(token), user_id=user, created_at=now, expires_at=now + dt.timedelta(days=1), device=""
                )
            )
        return tokens

    def _person(self, session: Session, role: str | None, area: str | None = None) -> int:
        user = accounts.create_user(session, name=role or "somebody", phone=str(next(_phones)))
        if role:
            accounts.grant_role(session, user_id=user.id, role=role, area_code=area, by=None)
        return int(user.id)

    def _open_place(self, session: Session, place: Place) -> None:
        sealer = self.app.extensions["sealer"]
        people = (_member(), _member("spouse"))
        entry = HouseholdEntry(register_number=f"R-{place.name}", village_code=place.village, members=people)
        opened = farmers.open_household(session, entry=entry, on=DAY, sealer=sealer)
        place.household_id, place.household = opened.id, opened.ref
        user = self.users["farmer"] if place.name == "own" else self._person(session, None)
        first = self.officials[0]
        farmers.match_user_to_household(session, household_id=opened.id, user_id=user, by=first)
        place.consent = farmers.give_consent(session, household_id=opened.id, kind=ConsentKind.LISTING, by=user).id
        seller = farmers.apply_to_sell(session, household_id=opened.id, display_name=f"刘家{place.name}", by=user)
        farmers.approve_seller(session, seller_id=seller.id, by=first)
        place.seller_id, place.seller = seller.id, seller.ref
        place.agency = self._license(session, place)
        self._pool(session, place)
        holder = accounts.create_user(session, name=f"王某{place.name}", phone=str(next(_phones)))
        place.grant = accounts.grant_role(session, user_id=holder.id, role="task_force", area_code=place.village, by=None).id
        self._record(session, place, first)
        self._open_case(session, place)
        self._list_goods(session, place, user, first)
        self._offer_tour(session, place, user)
        self._receive(session, place, first)
        self._sell(session, place, user, first)
        self._buy(session, place)
        self._dispute(session, place)
        self._book(session, place, user)
        place.grievance = grievances.bring_grievance(
            session, key=f"grievance/{place.name}", sealer=sealer, image_ids=[place.photo_id],
            complaint=Complaint(GrievanceKind.HELP, place.village, "米没有发到我家", "13900000011"),
        ).ref  # fmt: skip
        place.erasure = privacy.file_erasure(session, by=first, household_id=place.household_id)

    def _ask(self, session: Session) -> None:
        """Open a survey, hand out slips in each place, and send in a workbook for each."""
        by, sealer = self.officials[0], self.app.extensions["sealer"]
        self.survey = surveys.draft_survey(session, key="survey", draft=TEMPLATE, by=by)
        survey = survey_queries.survey_by_ref(session, self.survey)
        assert survey is not None
        surveys.open_survey(session, survey_id=survey.id, closes_on=clock.today() + dt.timedelta(days=30), by=by)
        for name, place in self.places.items():
            place.slips = surveys.issue_codes(
                session, key=f"slips-{name}", survey_id=survey.id, area_code=place.village, respondents=Respondents.ANYONE,
                count=2, by=by, sealer=sealer,
            )  # fmt: skip
            batch = survey_queries.batch_by_ref(session, place.slips)
            assert batch is not None
            place.code = survey_queries.slips_of(session, batch, sealer=sealer)[0].code
            place.answers = surveys.import_answers(
                session, survey_id=survey.id, area_code=place.village, sheet=ReadSheet((), ()), sha256=name, is_only_good=False,
                by=by,
            )  # fmt: skip

    def _book(self, session: Session, place: Place, user: int) -> None:
        """Book the date twice, pay for one, wait for places, and give the host a calendar."""
        sealer = self.app.extensions["sealer"]
        departure = tour_queries.departure_by_ref(session, ref=place.departure)
        assert departure is not None
        tour = tour_queries.tour_by_id(session, tour_id=departure.tour_id)
        assert tour is not None
        leader = Leader(CONTACT.name, CONTACT.phone)
        booked, held = (
            tours.hold_seats(
                session, key=f"{key}/{place.name}", departure_ref=departure.ref, sealer=sealer, expected_total_fen=None,
                party=Party(units=[(tour.units[0].id, 2)], leader=leader),
            )
            for key in ("booked", "held")
        )  # fmt: skip
        self._pay(session, booked)
        place.booking, place.held = booked.ref, held.ref
        place.queued = tours.wait_for_seats(
            session, key=f"wait/{place.name}", departure_ref=departure.ref, people=2, leader=leader, sealer=sealer
        )
        place.calendar = tours.make_calendar(session, user_id=user, sealer=sealer)

    def _license(self, session: Session, place: Place) -> str:
        """Put a travel agency on file whose licence has ended: one that holds any is offered to all who draw up a route."""
        first, second = self.officials
        agency = farmers.apply_to_sell(
            session, kind=SellerKind.ENTERPRISE, display_name="旅行社", village_code=place.village, by=first
        )
        farmers.approve_seller(session, seller_id=agency.id, by=second)
        tours.record_agency_licence(session, seller_id=agency.id, number="L-JX", valid_to=DAY, by=first)
        return agency.ref

    def _record(self, session: Session, place: Place, by: int) -> None:
        measure = assistance.start_measure(
            session, household_id=place.household_id, kind=MeasureKind.TRAINING, from_on=DAY, by=by
        )
        entry = assistance.record_year_ledger(
            session, household_id=place.household_id, year=2025, category=LedgerCategory.WAGE, amount_fen=100000, source="survey",
            by=by,
        )  # fmt: skip
        place.measure, place.ledger_entry = measure.id, entry.id
        place.plan = assistance.choose_measure(
            session, household_id=place.household_id, by=by, key=f"plan/{place.name}", sealer=self.app.extensions["sealer"],
            draft=PlanDraft(MeasureKind.CULTURE, plan="学竹编", expected="能卖竹篮", own_reason="老人愿意教"),
        ).id  # fmt: skip
        self._offer_course(session, place, by)
        place.outcome = assistance.record_outcome(
            session, measure_id=measure.id, household_id=place.household_id, happened_on=clock.today(), words="学会了修剪",
            amount_fen=None, by=by, key=f"outcome/{place.name}", sealer=self.app.extensions["sealer"],
        ).id  # fmt: skip
        place.spending = assistance.record_spending(
            session, household_id=place.household_id, year=2025, kind=SpendingKind.MEDICAL, amount_fen=100, source="survey", by=by
        ).id
        assistance.record_guarantee(
            session, household_id=place.household_id, guarantee=Guarantee.WATER, is_met=False, on=DAY, by=by
        )
        if place.name == "own":
            assistance.assign_helper(
                session, household_id=place.household_id, name="周小英", organisation="县教育局", on=DAY, by=by,
                sealer=self.app.extensions["sealer"], user_id=self.users["helper"],
            )  # fmt: skip
        clean = media.accept_image(_photograph(len(self.places))).kept_private()
        media.keep_files(DiskStore(Path(self.app.extensions["settings"].media_dir)), clean)
        image = media.store_image(session, clean, by)
        place.photo, place.photo_id = (image.ref, clean.variants[0].name), image.id
        assistance.record_visit(
            session, household_id=place.household_id, by=by, visited_on=DAY, note="晒谷", image_ids=[image.id],
            sealer=self.app.extensions["sealer"],
        )  # fmt: skip

    def _open_case(self, session: Session, place: Place) -> None:
        """Bring the household's application to the village notice, and object to it."""
        sealer = self.app.extensions["sealer"]
        village, force = (self._person(session, role, place.village) for role in ("village_official", "task_force"))
        signer, said = Signer(village, "village", frozenset({"village_official"})), Said("申请", Kinship.NONE)

        def brought(kind: str, by: int) -> Brought:
            return Brought(f"{kind}/{place.name}", by, clock.today(), "签了字", place.photo_id)

        case = assistance.open_case(
            session, key=f"case/{place.name}", household_id=place.household_id, kind=ProcedureKind.IDENTIFY, signer=signer,
            sealer=sealer, said=said,
        )  # fmt: skip
        assistance.bring_paper(
            session, case_id=case.id, brought=brought("paper", village), kind=EvidenceKind.APPLICATION, sealer=sealer
        )
        assistance.bring_survey(
            session, case_id=case.id, brought=brought("survey", village), with_user_id=force, year=clock.today().year - 1,
            found=HouseholdYear(900000, 0, 0, 0, 0, 2), excluded_fen=0, sealer=sealer,
        )  # fmt: skip
        assistance.bring_vote(
            session, case_id=case.id, brought=brought("vote", village), group_name="一组", eligible=20, in_favour=15, against=1,
            abstained=0, sealer=sealer,
        )  # fmt: skip
        for seen, action in enumerate((Action.TAKE_UP, Action.CONCLUDE), 1):
            case = assistance.sign_step(
                session, case_id=case.id, seen_seq=seen, action=action, signer=signer, sealer=sealer, said=said
            )
        place.case, place.notice = case.ref, case.notice_ref or ""
        place.objection = notices.object_to(
            session, key=f"objection/{place.name}", notice_ref=place.notice, words="有房有车", contact=None, sealer=sealer
        )

    def _offer_course(self, session: Session, place: Place, by: int) -> None:
        course = assistance.open_course(
            session, by=by, key=f"course/{place.name}",
            draft=CourseDraft(
                CourseKind.TRAINING, f"修剪班{place.name}", "Pruning", place.village, "村部", minutes=120, places=20,
                starts_at=clock.now() + dt.timedelta(days=9), audience=Audience.EVERYBODY,
            ),
        )  # fmt: skip
        member = farmer_queries.members_on_record(session, [place.household_id])[place.household_id][0][1]
        place.course = course.ref
        place.enrolment = assistance.enrol_in_course(
            session, course_id=course.id, household_id=place.household_id, member_ref=member, by=by
        ).id

    def _list_goods(self, session: Session, place: Place, user: int, official: int) -> None:
        clean = media.accept_image(_photograph(len(self.places)))
        store = DiskStore(Path(self.app.extensions["settings"].media_dir))
        media.keep_files(store, clean)
        image = media.store_image(session, clean, user)
        name = next(path.name for path in Path(store.root).rglob("*") if path.is_file() and clean.sha256 in str(path))
        place.picture = (clean.sha256, name)
        # the second is listed for the household, so that those who help it may handle it too
        for which, by, consent in (("shown", user, None), ("offer", official, place.consent), ("waiting", user, None)):
            offer = products.list_offer(
                session, seller_id=place.seller_id, household_id=place.household_id, category_code="rice", variety="",
                unit_grams=5000, price_fen=4800, quantity=50, harvest_on=None, image_ids=[image.id],
                client_key=ids.uuid7(), listed_by=by, on_behalf_of_consent_id=consent,
            )  # fmt: skip
            if which != "waiting":
                products.approve_offer(session, offer_id=offer.id, by=self.officials[1])
            setattr(place, which, offer.slug if which == "shown" else offer.ref)
            place.shown_ref = offer.ref if which == "shown" else place.shown_ref

    def _offer_tour(self, session: Session, place: Place, user: int) -> None:
        """Leave a place to see and an experience on sale."""
        tours.load_sites(session, [{**_SITE, "slug": f"hall-{place.name}", "village_code": place.village}])
        draft = TourDraft(
            kind=TourKind.EXPERIENCE, theme=Theme.TEA, host_seller_id=place.seller_id, title_zh="采茶", meeting_zh="村口",
            minutes=90, least_people=1, most_people=8, prices=[(UnitKind.ADULT, 5000)],
            parts=[PartDraft(role=Role.PICKING, seller_id=place.seller_id, basis=Basis.SHARE, amount=10_000)],
        )  # fmt: skip
        tour_id = tours.draft_tour(session, key=f"tour/{place.name}", draft=draft, by=user)
        tours.submit_tour(session, tour_id=tour_id, by=user)
        tours.approve_tour(session, tour_id=tour_id, by=self.officials[1])
        found = tour_queries.tour_by_id(session, tour_id=tour_id)
        place.tour = found.slug if found else ""

    def _receive(self, session: Session, place: Place, official: int) -> None:
        """Offer two experiences for the household, so that those who help it may handle them too; one of them is approved."""
        wish = Wish(template="farm_meal", weekdays=[6], start_times=["11:30"], weeks=1, seats=10, price_fen=5800)
        for which in ("hosted", "waiting_tour"):
            key = tours.offer_experience(
                session, key=f"{which}/{place.name}", seller_id=place.seller_id, wish=wish, by=official, consent_id=place.consent
            )
            if which == "hosted":
                tours.approve_tour(session, tour_id=key, by=self.officials[1])
                place.departure = tour_queries.departure_by_id(session, departure_id=_first_of(session, key)).ref
                place.part = tour_queries.tour_by_id(session, tour_id=key).components[0].id
            setattr(place, which, tour_queries.tour_by_id(session, tour_id=key).ref)

    def _sell(self, session: Session, place: Place, user: int, official: int) -> None:
        """Leave a month with two sales that were delivered and earned: one stands, one is disputed; and a pay-out recorded."""
        lines: list[int] = []
        with clock.stopped_at(SOLD_AT):
            for key in ("sold", "sold later"):
                purchase = self._order(session, place, key, 1)
                self._pay(session, purchase)
                place.sold.append(self._deliver(session, purchase, user))
                lines.append(purchase.orders[0].lines[0].id)
        place.arrived, place.arrived_line = purchase.ref, lines[1]
        place.review = orders.review_line(session, key=f"review/{place.name}", line_id=lines[0], stars=2, words="一般", by=None)
        orders.complete_due(session, now=SOLD_AT + dt.timedelta(days=9))
        lines = income_queries.statement(session, place.household_id, MONTH).lines
        place.line, disputed = sorted(line.line.attribution_id for line in lines)
        income.dispute_line(
            session, household_id=place.household_id, month=MONTH, attribution_id=disputed, by=user, words="少了一袋"
        )
        disputes = income_queries.open_disputes(session, (place.village,))
        place.disputed = next(one.statement_line_id for one in disputes if one.household_id == place.household_id)
        payout = income.record_payout(
            session, key=ids.uuid7(), seller_ref=place.seller, amount_fen=100, bank_ref="ICBC-1", prepared_by=official
        )
        place.payout = payout.ref
        with clock.stopped_at(SOLD_AT):
            self._account(session, place, "6222000011110001", is_confirmed=True)
        self._send(session, place)
        place.account = self._account(session, place, "6222000011110002", is_confirmed=False)

    def _pool(self, session: Session, place: Place) -> None:
        """Leave a lot that the agency gathered and sold, whose sharing waits for a second official."""
        by, number = self.officials[0], 9_000 + len(self.places) * 10 + list(self.places).index(place.name)
        lot = income.open_lot(
            session, ref=f"LOT-{place.name}", seller_ref=place.agency, category="rice", title="大米", grams=1000, by=by
        )
        with clock.stopped_at(SOLD_AT):
            sale = SaleFact(
                source=f"sample/{number}", order_ref=f"L{number}", line_id=number, seller_ref=place.agency, household_id=None,
                village_code=place.village, category_code="rice", is_cultural=False, title="大米", quantity=1, gross_fen=1000,
                platform_fee_bp=0, gateway_fee_fen=0, gateway="offline", sold_at=SOLD_AT,
            )  # fmt: skip
            income.accrue_sale(session, fact=sale)
            income.earn_sale(session, source=sale.source, at=SOLD_AT)
        shared = income.prepare_distribution(
            session, key=f"share-{place.name}", lot_id=lot.id, sources=[sale.source], processing_fen=0, reserve_bp=0,
            patronage_bp=0, by=by,
        )  # fmt: skip
        place.lot, place.distribution = lot.ref, shared.ref

    def _account(self, session: Session, place: Place, number: str, *, is_confirmed: bool) -> str:
        """Put a seller's account on file: one that is used at once, or one that waits for its second official."""
        first, second = self.officials
        account = farmers.record_account(
            session, key=ids.uuid7(), seller_id=place.seller_id, by=first, sealer=self.app.extensions["sealer"],
            entry=AccountEntry(f"户主{place.name}", "示例农商行", number, AccountEvidence.CARD),
        )  # fmt: skip
        if is_confirmed:
            farmers.confirm_account(session, account_id=account.id, by=second, cooling=dt.timedelta(0))
        return account.ref

    def _send(self, session: Session, place: Place) -> None:
        """Leave a settlement that was prepared, approved, sent, and of which the bank says that it was paid."""
        first, second = self.officials
        batch = income.prepare_batch(session, key=ids.uuid7(), area_code=place.village, by=first, seller_refs=[place.seller])
        income.approve_batch(session, batch_id=batch.id, by=second)
        file, rows = income.make_bank_file(session, batch_id=batch.id, by=first, sealer=self.app.extensions["sealer"])
        (one,) = income_queries.settlements_of(session, batch.id)
        said = ResultRowIn(2, one.id, BankWord.PAID, f"OUT-{one.ref}", clock.today())
        result = income.load_result(session, rows=[said], sha256=hashlib.sha256(one.ref.encode()).hexdigest(), by=first)
        place.batch, place.bank_file, place.attempt, place.result = batch.ref, file.ref, rows[0].ref, result.ref

    def _order(self, session: Session, place: Place, key: str, quantity: int) -> PurchaseView:
        return orders.place_purchase(
            session, key=f"{key}/{place.name}", items=[(place.shown_ref, quantity)], contact=CONTACT, province="江西省",
            sealer=self.app.extensions["sealer"], expected_total_fen=None,
        )  # fmt: skip

    def _see(self, session: Session, owed: PurchaseView | BookingView) -> ReceiptView:
        """Let one official see the money for an order or a booking."""
        gateways = self.app.extensions["gateways"]
        payments.start_payment(session, gateways=gateways, ref=owed.ref, gateway="offline")
        return payments.record_offline_receipt(
            session, key=f"r/{owed.ref}", ref=owed.ref, method=Method.CASH, bank_ref=owed.ref, amount_fen=owed.total_fen,
            by=self.officials[0],
        )  # fmt: skip

    def _pay(self, session: Session, owed: PurchaseView | BookingView) -> None:
        """Let two officials see the money."""
        receipt, gateways = self._see(session, owed), self.app.extensions["gateways"]
        payments.confirm_offline_receipt(session, gateways=gateways, receipt_id=receipt.id, by=self.officials[1])

    def _deliver(self, session: Session, purchase: PurchaseView, farmer: int) -> str:
        """Take what was paid all the way; return the order's reference."""
        order, official = purchase.orders[0], self.officials[1]
        for step in (orders.confirm_order, orders.pack_order, orders.hand_in_order):
            step(session, order_id=order.id, by=farmer)
        orders.ship_order(session, order_id=order.id, by=official, carrier="顺丰", tracking_no=f"SF-{order.ref}")
        orders.deliver_order(session, order_id=order.id, by=official)
        return order.ref

    def _buy(self, session: Session, place: Place) -> None:
        """Leave a paid order with three refunds (asked, approved, sent), an unpaid one whose money one official has seen, and
        money that came twice."""
        first, second = self.officials
        gateways = self.app.extensions["gateways"]
        paid, waiting = self._order(session, place, "paid", 4), self._order(session, place, "waiting", 4)
        self._pay(session, paid)
        place.receipt, place.purchase = self._see(session, waiting).ref, waiting.ref
        order = paid.orders[0]
        place.bought, place.order, place.bought_line = paid.ref, order.ref, order.lines[0].id
        place.invoice = orders.ask_invoice(
            session, key=f"{order.ref}/i", order_id=order.id, kind=TitleKind.PERSON,
            title=InvoiceTitle("王雨", "", CONTACT.phone), by=None, sealer=self.app.extensions["sealer"],
        ).ref  # fmt: skip
        refunds = [
            orders.request_refund(
                session, key=f"{number}/{paid.ref}", line_id=order.lines[0].id, quantity=1, reason=RefundReason.DAMAGED, note="",
                restock=False, by=None, image_ids=[place.photo_id],
            )
            for number in range(3)
        ]  # fmt: skip
        for refund in refunds[1:]:
            orders.approve_refund(session, refund_id=refund.id, by=second)
        transfer = payments.record_refund_transfer(
            session, key=f"t/{paid.ref}", refund_id=refunds[2].id, bank_ref=f"OUT-{paid.ref}", by=first
        )
        twice = self._order(session, place, "twice", 4)
        trial = payments.start_payment(session, gateways=gateways, ref=twice.ref, gateway="sandbox")
        for event in ("once", "again"):
            payments.confirm(session, gateways=gateways, intent_id=trial.id, event_id=f"{event}/{trial.ref}", at=clock.now())
        place.surplus = next(
            one.ref for one in payment_queries.surpluses_open(session, areas=[COUNTY]) if one.due_ref == trial.due_ref
        )
        place.twice = twice.ref
        place.refund, place.to_send, place.transfer = refunds[0].ref, refunds[1].ref, transfer.ref

    def _dispute(self, session: Session, place: Place) -> None:
        """Leave a payment at a payment service that was taken back for its buyer's dispute, and lost."""
        disputed = self._order(session, place, "disputed", 1)
        paid = stripe_facts.paid_at_stripe(session, disputed.ref, f"pi_{disputed.ref}")
        payments.take_fact(session, gateways=stripe_facts.WAYS, gateway="stripe", fact=stripe_facts.lost_dispute(paid))
        place.dispute = next(
            one.ref for one in hosted_queries.disputes_in(session, areas=[COUNTY]) if one.due_ref == disputed.ref
        )

    def _settle(self, session: Session) -> None:
        """Leave settings that wait for a second official, a freeze of days to come, and a list to compare with."""
        first, today = self.officials[0], clock.today()
        ahead = today + dt.timedelta(days=300)
        self.settings = assistance.propose_settings(session, settings=Settings(from_on=ahead), source="文件", by=first).id
        self.freeze = assistance.freeze_register(session, from_on=ahead, to_on=ahead, words="结转", by=first).id
        self.comparison = assistance.keep_list(
            session, kind=ListKind.CAR, source="车管所", as_of=today, sha256="b" * 64, rows=[("0" * 64, "轿车")], by=first
        ).ref
        self.explanation = self._explain(session, first)

    def _explain(self, session: Session, by: int) -> str:
        """Leave an explanation of a row of the bank's that waits for a second official."""
        content = bank_list((100, "A-1", ""), day=clock.today().isoformat())
        reconciliation.take_bank_list(session, held=read_bank_list(content, said=lambda _serials: {}), by=by)
        rows = [row.id for row in reconciliation_queries.open_rows(session, BANK, Side.OUTSIDE)]
        return reconciliation.explain(session, key="k", account=BANK, row_ids=rows, reason="利息", by=by)

    def _propose_register(self, session: Session) -> None:
        book = register(head(户编号="R-new"), row_of(户编号="R-new"))
        prepared = assistance.prepare_import(
            session, file=read_register(book, areas=AREAS, today=clock.today()), area_code=COUNTY, only_good=False,
            sealer=self.app.extensions["sealer"],
        )  # fmt: skip
        report = assistance.propose_import(session, prepared=prepared, by=self.officials[0], sha256="a" * 64)
        self.register_import = report.ref


def _first_of(session: Session, tour_id: int) -> int:
    ahead = dt.timedelta(days=30)
    return tour_queries.departures_of_tour(session, tour_id=tour_id, from_at=clock.now(), to_at=clock.now() + ahead)[0].id


def _member(relation: str = "head") -> MemberEntry:
    sequence = next(_people)
    first = f"36039919800101{sequence:03d}"
    sex = "male" if sequence % 2 else "female"
    number = first + check_character(first)
    return MemberEntry(name="刘某", id_number=number, birth_on=dt.date(1980, 1, 1), sex=sex, relation=relation)


def _photograph(shade: int) -> bytes:
    held = io.BytesIO()
    Picture.new("RGB", (900, 700), (40 * shade, 120, 80)).save(held, "JPEG")
    return held.getvalue()


#: (package or endpoint, part of the address) -> what it is in a place.
Builder = Callable[[World, Place], Any]
PARTS: dict[tuple[str, str], Builder] = {
    ("accounts", "grant_id"): lambda _world, place: place.grant,
    ("assistance", "ref"): lambda _world, place: place.household,
    ("assistance.one_import", "ref"): lambda world, _place: world.register_import,
    ("assistance.accept", "ref"): lambda world, _place: world.register_import,
    ("assistance.reject", "ref"): lambda world, _place: world.register_import,
    **{
        (f"assistance.{name}", "ref"): (lambda _world, place: place.case)
        for name in (
            "case",
            "sign",
            "paper",
            "case_form",
            "bring_survey",
            "bring_vote",
            "bring_home_check",
            "bring_comparison",
            "bring_resolution",
            "bring_paper",
            "own_case",
            "own_sign",
        )
    },
    ("assistance", "settings_id"): lambda world, _place: world.settings,
    ("assistance", "freeze_id"): lambda world, _place: world.freeze,
    ("assistance.retire_list", "ref"): lambda world, _place: world.comparison,
    ("notices", "ref"): lambda _world, place: place.notice,
    ("notices.objection", "ref"): lambda _world, place: place.objection,
    ("notices.decide", "ref"): lambda _world, place: place.objection,
    ("assistance", "image_ref"): lambda _world, place: place.photo[0],
    ("assistance", "name"): lambda _world, place: place.photo[1],
    ("orders", "image_ref"): lambda _world, place: place.photo[0],
    ("orders", "name"): lambda _world, place: place.photo[1],
    ("assistance", "plan_id"): lambda _world, place: place.plan,
    ("assistance", "outcome_id"): lambda _world, place: place.outcome,
    ("assistance", "enrolment_id"): lambda _world, place: place.enrolment,
    ("assistance", "course_ref"): lambda _world, place: place.course,
    **{
        (f"assistance.{name}", "ref"): (lambda _world, place: place.course)
        for name in ("course", "tick_attendance", "cancel_course")
    },
    ("products", "note_id"): lambda _world, _place: 1,
    ("assistance", "number"): lambda world, _place: world.rules,
    ("assistance", "spending_id"): lambda _world, place: place.spending,
    ("assistance.alert", "ref"): lambda _world, place: place.alert,
    ("assistance.decide_alert", "ref"): lambda _world, place: place.alert,
    ("assistance", "step"): lambda _world, _place: "check",
    ("assistance", "rule"): lambda _world, _place: "platform_share",
    ("assistance.decide_alert_rule", "number"): lambda _world, _place: 2,
    ("assistance", "range_id"): lambda world, _place: world.range,
    ("assistance", "verdict"): lambda _world, _place: "approve",
    ("assistance", "measure_id"): lambda _world, place: place.measure,
    ("assistance", "entry_id"): lambda _world, place: place.ledger_entry,
    ("farmers.apply", "ref"): lambda _world, place: place.household,
    ("farmers.rename", "ref"): lambda _world, place: place.household,
    ("farmers.consent", "ref"): lambda _world, place: place.household,
    ("farmers", "ref"): lambda _world, place: place.seller,
    ("grievances", "ref"): lambda _world, place: place.grievance,
    ("grievances", "image_ref"): lambda _world, place: place.photo[0],
    ("grievances", "name"): lambda _world, place: place.photo[1],
    ("grievances", "step"): lambda _world, _place: "refuse",
    ("grievances", "kind"): lambda _world, _place: "help",
    ("income", "ref"): lambda _world, place: place.payout,
    **{
        (f"income.{name}", "ref"): (lambda _world, place: place.batch)
        for name in ("batch", "batch_excel", "approve_batch", "withdraw_batch", "make_bank_file")
    },
    **{
        (f"income.{name}", "ref"): (lambda _world, place: place.attempt)
        for name in ("prepare_attempt", "approve_attempt", "withdraw_attempt", "received", "missing")
    },
    ("income.bank_file", "ref"): lambda _world, place: place.bank_file,
    **{(f"income.{name}", "ref"): (lambda _world, place: place.result) for name in ("result", "accept_result", "discard_result")},
    **{
        (f"income.{name}", "ref"): (lambda _world, place: place.lot)
        for name in ("pool", "contribute", "set_equity", "prepare_distribution")
    },
    **{
        (f"income.{name}", "ref"): (lambda _world, place: place.distribution)
        for name in ("approve_distribution", "withdraw_distribution")
    },
    **{
        (f"farmers.{name}", "ref"): (lambda _world, place: place.account)
        for name in ("confirm_account", "withdraw_account", "stop_account", "look_at_account", "stop_own_account")
    },
    ("income", "seller_ref"): lambda _world, place: place.seller,
    ("income", "month"): lambda _world, _place: MONTH,
    ("income", "attribution_id"): lambda _world, place: place.line,
    ("income", "line_id"): lambda _world, place: place.disputed,
    ("media", "sha256"): lambda _world, place: place.picture[0],
    ("media", "name"): lambda _world, place: place.picture[1],
    ("orders", "ref"): lambda _world, place: place.order,
    ("orders", "line_id"): lambda _world, place: place.bought_line,
    ("orders", "order_ref"): lambda _world, place: place.order,
    ("orders", "step"): lambda _world, _place: "confirm",
    **{
        (f"orders.{name}", "ref"): (lambda _world, place: place.bought)
        for name in ("show", "cancel_order", "ask_refund", "request_refund", "invoice_form", "ask_invoice")
    },
    **{(f"orders.{name}", "ref"): (lambda _world, place: place.arrived) for name in ("ask_review", "review")},
    **{(f"orders.{name}", "line_id"): (lambda _world, place: place.arrived_line) for name in ("ask_review", "review")},
    ("orders.approve_refund", "ref"): lambda _world, place: place.refund,
    ("orders.reject_refund", "ref"): lambda _world, place: place.refund,
    ("orders.claim_photo", "ref"): lambda _world, place: place.refund,
    ("orders.issue_invoice", "ref"): lambda _world, place: place.invoice,
    ("orders.cancel", "ref"): lambda _world, place: place.purchase,
    ("orders.order_again", "ref"): lambda _world, place: place.purchase,
    ("payments", "ref"): lambda _world, place: place.purchase,
    ("reconciliation", "name"): lambda _world, _place: "bank",
    ("reconciliation", "ref"): lambda world, _place: world.explanation,
    **{(f"payments.{name}", "ref"): (lambda _world, place: place.bought) for name in ("purchase_proof", "purchase_paper")},
    **{(f"payments.{name}", "ref"): (lambda _world, place: place.booking) for name in ("booking_proof", "booking_paper")},
    ("payments.confirm", "ref"): lambda _world, place: place.receipt,
    ("payments.reject", "ref"): lambda _world, place: place.receipt,
    ("payments.send_back", "ref"): lambda _world, place: place.receipt,
    ("payments.confirm_return", "ref"): lambda _world, place: place.receipt,
    ("payments.send_surplus_back", "ref"): lambda _world, place: place.surplus,
    ("payments.confirm_surplus_return", "ref"): lambda _world, place: place.surplus,
    ("payments", "gateway"): lambda _world, _place: "stripe",
    ("payments.propose", "ref"): lambda _world, place: place.dispute,
    ("payments.decide", "ref"): lambda _world, place: place.dispute,
    ("payments.record_transfer", "ref"): lambda _world, place: place.to_send,
    ("payments.confirm_transfer", "ref"): lambda _world, place: place.transfer,
    ("payments.withdraw_transfer", "ref"): lambda _world, place: place.transfer,
    ("privacy", "ref"): lambda _world, place: place.household,
    **{
        (f"privacy.{name}", "ref"): (lambda _world, place: place.erasure)
        for name in ("one_request", "propose", "approve", "refuse")
    },
    ("products", "ref"): lambda _world, place: place.offer,
    **{
        (f"products.{name}", "ref"): (lambda _world, place: place.review)
        for name in ("own_review", "answer_review", "hide_review")
    },
    ("products", "slug"): lambda _world, place: place.shown,
    ("reports", "code"): lambda _world, place: place.village,
    ("assistance", "code"): lambda _world, place: place.village,
    ("assistance.area_changes", "code"): lambda _world, place: place.village,
    ("reports", "ref"): lambda _world, place: place.household,
    ("reports", "number"): lambda _world, place: place.line,
    ("reports", "kind"): lambda _world, _place: "registered",
    ("tours", "ref"): lambda _world, place: place.booking,
    **{(f"tours.{name}", "ref"): (lambda _world, place: place.departure) for name in ("book", "hold", "wait", "join")},
    **{(f"tours.{name}", "ref"): (lambda _world, place: place.held) for name in ("let_go", "hold_again")},
    **{(f"tours.{name}", "ref"): (lambda _world, place: place.queued) for name in ("waiting", "leave")},
    ("surveys", "ref"): lambda world, _place: world.survey,
    ("surveys", "code"): lambda _world, place: place.code,
    **{(f"surveys.{name}", "ref"): (lambda _world, place: place.slips) for name in ("slips", "paper", "end")},
    ("surveys.one_import", "ref"): lambda _world, place: place.answers,
    ("storefront", "kind"): lambda _world, _place: "lotus_pond",
    ("storefront", "ref"): lambda _world, place: place.seller,
    ("storefront", "slug"): lambda _world, place: place.village,
    ("tours", "component_id"): lambda _world, place: place.part,
    ("tours", "slug"): lambda _world, place: place.tour,
    ("tours.site", "slug"): lambda _world, place: f"hall-{place.name}",
    **{
        (f"tours.{name}", "ref"): (lambda _world, place: place.hosted)
        for name in (
            "own_tour_page",
            "pause_tour",
            "resume_tour",
            "archive_tour",
            "open_dates",
            "add_photo",
            "office_tour",
            "open_many",
        )
    },
    **{(f"tours.{name}", "ref"): (lambda _world, place: place.waiting_tour) for name in ("approve", "send_back")},
    **{
        (f"tours.{name}", "ref"): (lambda _world, place: place.departure)
        for name in (
            "departure_on_desk",
            "check_in",
            "set_seats",
            "close_date",
            "manifest",
            "office_departure",
            "close_departure",
            "ask_call_off",
            "call_off",
            "ask_substitute",
            "substitute",
            "office_manifest",
            "gate_list",
            "upload_scans",
        )
    },
}
#: endpoint -> what its address, or its form, must name beside the path for an object to be meant.
QUERY: dict[str, dict[str, Builder]] = {
    **{
        endpoint: {"household": lambda _world, place: place.household}
        for endpoint in (
            "income.money",
            "income.month",
            "income.statement_paper",
            "products.photograph",
            "tours.choose_what",
            "tours.choose_days",
            "tours.choose_price",
            "tours.check_experience",
        )
    },
    **{endpoint: {"area": lambda _world, place: place.village} for endpoint in ("reports.lines", "reports.excel_lines")},
    **{
        endpoint: {"area": lambda _world, place: place.village}
        for endpoint in ("surveys.results", "surveys.excel", "surveys.answers")
    },
    "tours.calendar_feed": {"token": lambda _world, place: place.calendar},
}
FORM: dict[str, dict[str, Builder]] = {
    "accounts.grant_role": {"area": lambda _world, place: place.village},
    **{endpoint: {"area": lambda _world, place: place.village} for endpoint in ("surveys.issue", "surveys.send")},
    "assistance.apply": {"household": lambda _world, place: place.household},
    "income.open_lot": {"seller": lambda _world, place: place.agency},
    "tours.record_agency": {"seller": lambda _world, place: place.seller},
    **{
        endpoint: {"household": lambda _world, place: place.household}
        for endpoint in (
            "income.confirm_line",
            "income.confirm_page",
            "income.dispute_line",
            "products.take_photographs",
            "assistance.send_visit",
            "products.send_at_once",
            "tours.offer",
        )
    },
}
#: Endpoints whose path names nothing that lies somewhere: the whole county's, or a word of a list.
NOT_PLACED = frozenset(
    f"assistance.{name}"
    for name in (
        "one_import", "accept", "reject", "decide_alert_rule", "decide_range", "approve_settings", "lift_freeze", "retire_list",
    )
) | frozenset(
    f"surveys.{name}"
    for name in (
        "show", "change", "open_it", "close", "again", "codes", "entry", "enter", "imports", "template", "ask", "answer",
    )
) | frozenset(
    f"reconciliation.{name}" for name in ("show", "closed", "excel", "explain", "accept", "take_back")
)  # fmt: skip
PLACELESS_PARTS = frozenset({"month", "kind", "step", "rule", "verdict"})


class NobodyBuilds(Exception):
    """No builder knows what a part of an address names."""


def builder(endpoint: str, part: str) -> Builder:
    """Return the builder of a part of an endpoint's address."""
    for key in ((endpoint, part), (endpoint.split(".")[0], part)):
        if key in PARTS:
            return PARTS[key]
    raise NobodyBuilds(f"{endpoint}: {part}")


def names_an_object(row: Row) -> bool:
    """Say whether a request to the route means an object that lies in a place."""
    parts = set(re.findall(r"<(?:[^<>]*:)?(\w+)>", row.route)) - PLACELESS_PARTS
    return row.endpoint not in NOT_PLACED and bool(parts or row.endpoint in QUERY or row.endpoint in FORM)


def parts_of(
    app: Flask, world: World, endpoint: str, route: str, place: Place, *, missing: bool = False
) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """Return path, query and form of a request for the object in a place, or for one that is nowhere."""
    rule = next(rule for rule in app.url_map.iter_rules(endpoint) if rule.rule == route)

    def value(build: Builder, part: str) -> Any:
        found = build(world, place)
        return absent(found) if missing and part not in PLACELESS_PARTS else found

    values = {part: value(builder(endpoint, part), part) for part in rule.arguments}
    built = rule.build(values)
    assert built is not None, (route, values)
    named = [{part: value(build, part) for part, build in more.get(endpoint, {}).items()} for more in (QUERY, FORM)]
    return built[1], named[0], named[1]


def absent(value: Any) -> Any:
    """Return a name of the same shape that names nothing."""
    if isinstance(value, int):
        return 987654321
    return str(value)[:-4] + ("9999" if str(value).isdigit() else "ZZZZ" if str(value).isupper() else "zzzz")

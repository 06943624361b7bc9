"""No page of the long-term mechanism asks the database a question a row: thirty rows cost as many statements as three."""

import dataclasses
import datetime as dt
import itertools

import pytest

from marketplace.accounts import services as accounts
from marketplace.assistance import services as assistance
from marketplace.assistance.models import Alert, AlertStep, VisitPlan
from marketplace.assistance.queries.tuning import standing_versions
from marketplace.assistance.values.alerts import AlertAction, AlertRule
from marketplace.assistance.values.courses import Audience, CourseDraft, CourseKind
from marketplace.assistance.values.help import MeasureKind, PlanDraft
from marketplace.assistance.values.procedures import Kinship, ProcedureKind, Said, Signer
from marketplace.farmers import queries as farmers_queries
from marketplace.farmers import services as farmers
from marketplace.grievances import services as grievances
from marketplace.grievances.values import Complaint, Kind
from marketplace.kernel import clock, ids
from marketplace.notices import services as notices
from marketplace.notices.values import Topic
from marketplace.privacy import services as privacy
from marketplace.surveys import queries as survey_queries
from marketplace.surveys import services as surveys
from marketplace.surveys.values import TEMPLATE, Respondents
from tests.farmers import places
from tests.web.test_query_counts import browser, statements

pytestmark = pytest.mark.breaks_truths("alerts are written without a pass of the night", "assistance:")

FEW, MANY = 3, 30
NOW = dt.datetime(2026, 11, 23, 6, tzinfo=dt.UTC)
TODAY = clock.day_of(NOW)
KINDS = tuple(MeasureKind)
#: (who asks, address); `{household}` is the one that owns as many rows as all others together.
PAGES = (
    ("county", "/office/"),
    ("county", "/office/surveys"),
    ("county", "/office/surveys/{survey}"),
    ("county", "/office/surveys/{survey}/codes"),
    ("county", "/office/surveys/{survey}/imports"),
    ("county", "/office/surveys/{survey}/results"),
    ("county", "/office/households"),
    ("county", "/office/households/{household}"),
    ("county", "/office/households/{household}/help"),
    ("county", "/office/households/{household}/courses"),
    ("county", "/office/households/{household}/booklet"),
    ("county", "/office/households/{household}/changes"),
    ("county", "/office/households/changes/360321"),
    ("county", "/office/help/outcomes"),
    ("county", "/office/help/rules"),
    ("county", "/office/courses"),
    ("county", "/office/courses/{course}"),
    ("county", "/office/visits"),
    ("county", "/office/alerts"),
    ("county", "/office/alerts/list"),
    ("county", "/office/alerts/{alert}"),
    ("county", "/office/cases"),
    ("county", "/office/objections?show=all"),
    ("county", "/office/erasures"),
    ("township", "/office/grievances"),
    ("township", "/office/grievances/overdue"),
    ("township", "/office/grievances/{grievance}"),
    ("township", "/desk/visits"),
    ("farmer", "/desk/help/{household}"),
    ("farmer", "/desk/courses/{household}"),
    ("farmer", "/desk/my-data/{household}"),
    (None, "/notices/"),
    (None, f"/notices/?area={places.VILLAGE}"),
)
#: Pages that count the rows, or show the latest alone.
SUMMARIES = {
    "/office/", "/office/alerts", "/office/help/rules", "/office/surveys/{survey}/imports", "/office/surveys/{survey}/results",
    "/office/households/changes/360321", "/office/grievances/{grievance}", "/desk/my-data/{household}",
}  # fmt: skip


@dataclasses.dataclass
class Record:
    """Households with one row of everything each; the first has as many rows of everything as all others."""

    session: object
    sealer: object
    refs: dict = dataclasses.field(default_factory=dict)
    #: (household, kind) -> the measure that stands.
    measures: dict = dataclasses.field(default_factory=dict)
    numbers: object = dataclasses.field(default_factory=lambda: itertools.count(1))

    def open(self):
        places.county(self.session)
        assistance.load_alert_rules(self.session)
        assistance.load_measure_rules(self.session)
        self.version = standing_versions(self.session, TODAY)[AlertRule.NO_VISIT].id
        self.county, self.second = (places.official(self.session, "county_official", "360321") for _ in range(2))
        self.township = places.official(self.session, "township_official", "360321101")
        self.farmer = places.person(self.session, "刘一")
        self.first = self._home()
        farmers.match_user_to_household(self.session, household_id=self.first.id, user_id=self.farmer, by=self.county)
        survey = surveys.draft_survey(self.session, key=ids.uuid7(), draft=TEMPLATE, by=self.county)
        self.survey = survey_queries.survey_by_ref(self.session, survey)
        surveys.open_survey(self.session, survey_id=self.survey.id, closes_on=TODAY + dt.timedelta(days=20), by=self.county)
        self.course = self._course(Audience.EVERYBODY)
        self.alert = self._alert(self.first, "2026-01")
        self.refs = {"household": self.first.ref, "survey": survey, "course": self.course.ref, "alert": self.alert.ref}
        return self

    def grow(self, count):
        """Add so many households with a row of everything each, and as many rows of everything to the first household."""
        for _ in range(count):
            number = next(self.numbers)
            home = self._home()
            for one in (home, self.first):
                self._help(one, number)
                assistance.record_visit(
                    self.session, household_id=one.id, by=self.township, visited_on=TODAY, note="去过", sealer=self.sealer
                )
                self._alert(one, f"{2000 + number}")
                assistance.open_case(
                    self.session, key=ids.uuid7(), household_id=home.id, kind=ProcedureKind.IDENTIFY, sealer=self.sealer,
                    signer=Signer(self.township, "township", frozenset({"township_official"})), said=Said("申请", Kinship.NONE),
                ) if one is home else None  # fmt: skip
            self._step()
            self._courses(home)
            self._grievance()
            self._notice(number)
            privacy.file_erasure(self.session, by=self.township, household_id=home.id)
            self.session.add(
                VisitPlan(
                    household_id=home.id, village_code=places.VILLAGE, interval_days=30, reason="monitored",
                    due_on=TODAY - dt.timedelta(days=number),
                )
            )  # fmt: skip
            surveys.issue_codes(
                self.session, key=ids.uuid7(), survey_id=self.survey.id, area_code=places.VILLAGE, count=1, by=self.county,
                respondents=Respondents.RESIDENT, sealer=self.sealer,
            )  # fmt: skip
            surveys.draft_again(self.session, key=ids.uuid7(), survey_id=self.survey.id, by=self.county)
            accounts.grant_role(
                self.session, user_id=places.person(self.session), role="task_force", area_code=places.VILLAGE, by=None
            )
        self.session.commit()

    def _home(self):
        number = next(self.numbers)
        members = (places.member(number, "head"),)
        return farmers.open_household(
            self.session, entry=places.entry(f"Q{number}", members=members), on=places.DAY, sealer=self.sealer
        )

    def _help(self, home, number):
        """Ask the household about a measure, which it declines; write down what came of another, begun where it is not yet."""
        asked, begun = KINDS[number % 7], KINDS[7 + number % 7]
        plan = assistance.choose_measure(
            self.session, household_id=home.id, by=self.township, key=ids.uuid7(), sealer=self.sealer,
            draft=PlanDraft(asked, plan="扩种两亩", expected="多收三百斤", own_reason="自己愿意学"),
        )  # fmt: skip
        assistance.decline_measure(self.session, plan_id=plan.id, household_id=home.id, by=self.township)
        if (home.id, begun) not in self.measures:
            self.measures[home.id, begun] = assistance.start_measure(
                self.session, household_id=home.id, kind=begun, from_on=places.DAY, by=self.township
            ).id
        assistance.record_outcome(
            self.session, measure_id=self.measures[home.id, begun], household_id=home.id, happened_on=TODAY, words="学会了修剪",
            amount_fen=None, by=self.township, key=ids.uuid7(), sealer=self.sealer,
        )  # fmt: skip

    def _course(self, audience):
        draft = CourseDraft(
            CourseKind.TRAINING, "修剪", "Pruning", places.VILLAGE, "村部", NOW + dt.timedelta(days=3), 120, 60, audience
        )
        return assistance.open_course(self.session, draft=draft, by=self.township, key=ids.uuid7())

    def _courses(self, home):
        assistance.enrol_in_course(
            self.session, course_id=self.course.id, household_id=home.id, member_ref=self._head(home), by=self.township
        )
        another = self._course(Audience.EVERYBODY)
        assistance.enrol_in_course(
            self.session, course_id=another.id, household_id=self.first.id, member_ref=self._head(self.first),
            by=self.township,
        )  # fmt: skip

    def _head(self, home):
        ((_index, ref),) = farmers_queries.members_on_record(self.session, [home.id])[home.id]
        return ref

    def _alert(self, home, period):
        alert = Alert(
            ref=ids.reference("A", 10), household_id=home.id, village_code=places.VILLAGE, rule=AlertRule.NO_VISIT, period=period,
            version_id=self.version, figures={"waited_days": 120, "interval_days": 90, "since_on": "2026-07-26"},
            state="dismissed" if home is self.first else "to_check", state_at=NOW, raised_at=NOW,
            state_by=self.township if home is self.first else None,
        )  # fmt: skip
        self.session.add(alert)
        self.session.flush()
        return alert

    def _step(self):
        own = farmers.sealer_of_household(self.session, self.first.id, sealer=self.sealer)
        ref = ids.reference("A", 12)
        self.session.add(
            AlertStep(
                ref=ref, alert_id=self.alert.id, action=AlertAction.CHECK, by_user_id=self.township, at=NOW,
                note_sealed=own.seal("看过了", f"alert_steps/note/{ref}"),
            )
        )  # fmt: skip

    def _grievance(self):
        complaint = Complaint(kind=Kind.HELP, area_code=places.VILLAGE, words="没有发到米")
        with clock.stopped_at(NOW - dt.timedelta(days=20)):
            receipt = grievances.bring_grievance(self.session, key=ids.uuid7(), complaint=complaint, sealer=self.sealer)
        self.refs.setdefault("grievance", receipt.ref)

    def _notice(self, number):
        ref = notices.put_up(
            self.session, key=ids.uuid7(), subject=f"C{number}", topic=Topic.JOIN_PROPOSED, village_code=places.VILLAGE,
            head="刘**", people=3, to_on=TODAY + dt.timedelta(days=9), by=self.township,
        )  # fmt: skip
        notices.object_to(self.session, key=ids.uuid7(), notice_ref=ref, words="有房有车", contact=None, sealer=self.sealer)


def counts(app, record, clients):
    """Return {address: (statements, length)}, each page asked once before so that what is read once a process does not count."""
    found = {}
    for who, address in PAGES:
        path = address.format(**record.refs)
        with clients[who].get(path) as answer:
            assert answer.status_code == 200, path
        with statements(app) as seen, clients[who].get(path) as answer:
            size = len(answer.get_data())
        found[address] = (len([one for one in seen if not one.startswith("BEGIN")]), size)
    return found


def test_no_page_of_the_record_asks_a_question_a_row_however_many_rows_it_shows(app, writing):
    with clock.stopped_at(NOW):
        record = Record(writing, app.extensions["sealer"]).open()
        record.grow(FEW)
        clients = {who: browser(app, writing) for who in (None, "county", "township", "farmer")}
        for who in ("county", "township", "farmer"):
            places.enter(clients[who], getattr(record, who))
        few = counts(app, record, clients)
        record.grow(MANY - FEW)
        many = counts(app, record, clients)
    grown = {address: (few[address][0], many[address][0]) for address in few if many[address][0] > few[address][0]}
    assert grown == {}
    # or the counts would say nothing: every other page shows what was added
    assert {address for address in few if many[address][1] < few[address][1] + 500} == SUMMARIES

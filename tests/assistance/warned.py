"""A village whose households are judged: made through the services, with the clock held on one day."""

import datetime as dt

from marketplace.assistance import queries, services
from marketplace.assistance.models import Alert, RegisterImport, RegistrationSpell
from marketplace.assistance.values import LedgerCategory, PlatformFigures
from marketplace.assistance.values.alerts import AlertRule
from marketplace.farmers import services as farmers
from marketplace.kernel import clock
from tests.farmers.places import SEALER, VILLAGE, county, entry, member, official, person

NOW = dt.datetime(2026, 9, 15, 2, 0, tzinfo=dt.UTC)
TODAY = clock.day_of(NOW)
COUNTY, TOWN = "360321", "360321101"


class Village:
    """The county's officials and however many households; everything said of a household is said through the services."""

    def __init__(self, session, sealer=SEALER):
        self.session, self.sealer, self.opened, self.register = session, sealer, 0, None
        county(session)
        services.load_alert_rules(session)
        self.official = official(session, "village_official", VILLAGE)
        self.task_force = official(session, "task_force", VILLAGE)
        self.township = official(session, "township_official", TOWN)
        self.county, self.second = (official(session, "county_official", COUNTY) for _ in range(2))
        self.farmer = person(session)

    def household(self, village=VILLAGE, *, is_registered=False, people=2):
        first = self.opened * 10 + 1
        self.opened += 1
        members = tuple(member(first + n, "head" if n == 0 else "other") for n in range(people))
        with clock.stopped_at(dt.datetime(2026, 1, 5, tzinfo=dt.UTC)):
            row = farmers.open_household(
                self.session, entry=entry(f"H{self.opened}", village, members), on=dt.date(2026, 1, 5), sealer=self.sealer
            )
        if is_registered:
            self.session.add(
                RegistrationSpell(
                    household_id=row.id, registered_on=dt.date(2016, 1, 1), registered_precision="day", origin="register",
                    import_id=self._register(), created_at=NOW,
                )
            )  # fmt: skip
        self.session.flush()
        return row

    def _register(self):
        """Return the import, accepted long ago, from which the village's registrations come."""
        if self.register is None:
            self.register = RegisterImport(
                ref="R1", area_code=COUNTY, sha256="0" * 64, state="accepted", is_only_good=False, by_user_id=self.county,
                proposed_at=NOW, accepted_by=self.second, decided_at=NOW, counts={}, unknown_columns=[],
            )  # fmt: skip
            self.session.add(self.register)
            self.session.flush()
        return self.register.id

    def declare(self, household, fen, category=LedgerCategory.WAGE, year=2025):
        held = services.record_year_ledger(
            self.session, household_id=household.id, year=year, category=category, amount_fen=fen, source="调查", by=self.official
        )
        services.approve_year_ledger(self.session, entry_id=held.id, by=self.county)

    def hand_over(self, month, **nets):
        """Hand a month's platform income down: household reference in lower case -> fen."""
        services.record_platform_income(self.session, month=month, figures=nets)

    def set_range(self, yuan, year=2025):
        held = services.propose_range(self.session, year=year, amount_fen=yuan * 100, source="赣乡振〔2026〕1号", by=self.county)
        services.decide_range(self.session, range_id=held.id, is_approved=True, by=self.second)

    def assess(self, moment=NOW):
        """Run the nightly pass; return how many alerts it changed."""
        with clock.stopped_at(moment):
            touched, after = 0, 0
            while after is not None:
                found, after = services.assess_next(self.session, after)
                touched += found
            self.session.commit()
        return touched

    def standing(self, household):
        return {each.rule: each for each in queries.alerts_of_household(self.session, household.id) if each.state != "cleared"}

    def step(self, alert, action, by, seen=None, note="看过了，情况属实"):
        return services.take_step(
            self.session, alert_id=alert.id, action=action, seen=seen or alert.state, note=note, by=by, sealer=self.sealer
        )


def earned(fen):
    return PlatformFigures(gross_fen=fen)


__all__ = ["COUNTY", "NOW", "TODAY", "TOWN", "Alert", "AlertRule", "Village", "earned"]

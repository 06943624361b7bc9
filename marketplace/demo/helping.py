"""What households can do and wish, measures chosen with them from the rules, and what came of those."""

import datetime as dt
import functools
import random

from marketplace.assistance import queries as records
from marketplace.assistance import services as assistance
from marketplace.assistance.values import MeasureKind
from marketplace.assistance.values.help import Capacity, PlanDraft
from marketplace.demo.state import Building
from marketplace.demo.timeline import Timeline, in_working_hours
from marketplace.demo.values import Home
from marketplace.kernel import clock

#: Dice of its own: what others draw shall not depend on what is drawn here.
_SEED = 20_260_321
#: Of so many registered households one was asked to choose a measure.
_ONE_IN = 4
_SKILL_OF_CROP = {
    "水稻": Capacity.GROWING, "莲子": Capacity.GROWING, "莲藕": Capacity.GROWING, "蔬菜": Capacity.GROWING,
    "花卉苗木": Capacity.GROWING, "油茶": Capacity.GROWING, "茶叶": Capacity.TEA, "养蜂": Capacity.BEES,
    "手工竹编": Capacity.WEAVING,
}  # fmt: skip
_OTHER_SKILLS = (Capacity.COOKING, Capacity.GUIDING, Capacity.SELLING, Capacity.DRIVING, Capacity.BUILDING, Capacity.PERFORMING)
_WISHES = (
    MeasureKind.AGRICULTURE, MeasureKind.ECOMMERCE, MeasureKind.TOURISM, MeasureKind.TRAINING, MeasureKind.MICROCREDIT,
    MeasureKind.ECOLOGY_POST, MeasureKind.CULTURE,
)  # fmt: skip
#: The plan in words, what it shall bring, what came of it.
_WORDS = {
    MeasureKind.AGRICULTURE: (
        "扩种两亩，村里统一供苗，农技员每月来看一次。",
        "秋后多收三百斤。",
        "今年多收了三百二十斤，已卖出一半。",
    ),
    MeasureKind.ECOMMERCE: ("学会用手机上架和装箱，帮扶人每周来一次。", "三个月内自己接单。", "已经自己接了十二单。"),
    MeasureKind.TOURISM: ("收拾两间空房，学做农家菜，周末接待游客。", "国庆前接待第一批客人。", "接待了两批客人，都说饭菜好。"),
    MeasureKind.TRAINING: ("报名雨露计划修剪班，学费由县里出。", "拿到结业证。", "学完结业，已在自家地里用上。"),
}
_OTHERWISE = ("由村里安排，帮扶人每月回访。", "家里多一份稳定收入。", "第一笔已经领到。")


def note_what_homes_can_do(build: Building) -> None:
    """Write down land, skills and wishes of the registered households, today by the stopped clock."""
    dice = random.Random(_SEED)
    asked = [home for home in build.homes if home.is_registered and dice.random() < 0.9]
    for home in asked:
        skills = {_SKILL_OF_CROP[crop] for crop in home.crops if crop in _SKILL_OF_CROP}
        skills |= set(dice.sample(_OTHER_SKILLS, dice.choice((0, 1, 1, 2))))
        amounts = {Capacity.FARMLAND: dice.randint(2, 60), Capacity.WOODLAND: dice.choice((0, 0, 15, 40))}
        if dice.random() < 0.3:
            amounts[Capacity.ROOMS] = dice.randint(1, 3)
        assistance.state_capacities(
            build.session, household_id=home.id, amounts=amounts, skills=skills, on=clock.today(),
            wishes=dice.sample(_WISHES, dice.choice((0, 1, 1, 2))), by=build.village_officials[home.village_code],
        )  # fmt: skip
    for number, village in enumerate(build.villages):
        assistance.record_broadband(
            build.session, village_code=village.code, measured_on=clock.today(), households_percent=35 + number * 17 % 61,
            source="县通信部门年报（示例）", by=build.posts().county[0],
        )  # fmt: skip
    build.tell(f"help: land, skills and wishes of {len(asked)} households, broadband of {len(build.villages)} villages")


def plan_help(build: Building, timeline: Timeline) -> None:
    """Arrange that some households choose a measure with their village: most agree, and some of those sign what came of it."""
    dice = random.Random(_SEED + 1)
    asked = [home for home in build.homes if home.is_registered][::_ONE_IN] or build.homes[:1]
    for number, home in enumerate(asked):
        chosen_at = in_working_hours(build.ago(days=dice.uniform(200, 260)) if number % 3 else build.ago(days=dice.uniform(3, 9)))
        timeline.at(chosen_at, functools.partial(_choose, build, home, number))
    timeline.at(in_working_hours(build.ago(days=2)), functools.partial(_propose_rules, build))


def _choose(build: Building, home: Home, number: int) -> None:
    """Choose what the rules recommend first, today by the stopped clock; of three, one still waits for the household's word."""
    session, official = build.session, build.village_officials[home.village_code]
    kind = _first_recommended(build, home)
    if kind is None:
        return
    plan, expected, came = _WORDS.get(kind, _OTHERWISE)
    chosen = assistance.choose_measure(
        session, household_id=home.id, by=official, key=f"demo-plan-{home.id}", sealer=build.sealer,
        draft=PlanDraft(kind, plan, expected, budget_fen=(800 + number % 5 * 300) * 100, budget_source="衔接资金（示例）"),
    )  # fmt: skip
    if number % 3 == 0:
        return
    if number % 3 == 1 and home.user_id is not None:
        assistance.agree_on_own_phone(session, plan_id=chosen.id, household_id=home.id, by=home.user_id)
    else:
        assistance.agree_in_person(
            session, plan_id=chosen.id, household_id=home.id, witness_id=build.posts().county[1], by=official
        )
    if chosen.measure_id is None:
        return
    outcome = assistance.record_outcome(
        session, measure_id=chosen.measure_id, household_id=home.id, happened_on=clock.today(), words=came,
        amount_fen=(300 + number * 40) * 100, by=official, key=f"demo-outcome-{home.id}", sealer=build.sealer,
    )  # fmt: skip
    if number % 2 and home.user_id is not None:
        assistance.sign_outcome(session, outcome_id=outcome.id, household_id=home.id, by=home.user_id)


def _first_recommended(build: Building, home: Home) -> MeasureKind | None:
    standing = set(records.standing(build.session, home.id, clock.today()).enrolled_measures)
    found = records.recommended_to(build.session, home.id, clock.today())
    return next((one.measure for one in found if one.measure not in standing), None)


def _propose_rules(build: Building) -> None:
    """Let one county official propose that guests' rooms weigh more; the other has not looked at it yet."""
    standing = records.measure_rule_set_on(build.session, clock.today())
    if standing is None:
        return
    heavier = [
        one if one.condition != "rooms_least" else type(one)(one.measure, one.condition, 40, one.reason, one.number, one.word)
        for one in standing.rules
    ]
    assistance.propose_measure_rules(
        build.session, rules=heavier, least_points=standing.least_points, outcome_days=standing.outcome_days,
        from_on=clock.today() + dt.timedelta(days=7), note="有空房的户更适合接待游客，提高空房的分数。",
        by=build.posts().county[0],
    )  # fmt: skip

"""Who sells: people matched to their households in person, sellers approved in the village, and what the record says of them."""

import datetime as dt
import functools

from marketplace.accounts import queries as users
from marketplace.accounts import services as accounts
from marketplace.assistance import services as assistance
from marketplace.assistance.values import Guarantee, LedgerCategory, MeasureKind, MonitoringKind
from marketplace.demo.accounts import open_account
from marketplace.demo.state import Building
from marketplace.demo.timeline import Timeline, in_working_hours
from marketplace.demo.values import CLERK_PHONE, Home, Shop, Village
from marketplace.farmers import services as farmers
from marketplace.farmers.values import ConsentKind, SellerKind
from marketplace.kernel import clock
from marketplace.products import services as products

_STORIES = (
    "我们一家在{village}种{crop}，种了二十多年。地不多，东西都是自己吃的那一份。",
    "儿子教会了我用手机卖东西。{crop}都是{village}自家地里的，收到有问题给我打电话。",
    "{village}山多田少，{crop}长得慢，味道足。谢谢您买我们的东西。",
    "孩子们在外面打工，我和老伴在家种{crop}。您下单，我们第二天早上就装箱。",
    "以前{crop}要挑到镇上去卖，现在村里帮着发货，价钱也看得见。",
)
_FIRMS = (
    ("{village}莲产业专业合作社", SellerKind.COOPERATIVE, ("莲子", "莲藕")),
    ("{village}村集体经济合作社", SellerKind.COLLECTIVE, ("水稻", "油茶")),
    ("{village}巾帼竹编合作社", SellerKind.COOPERATIVE, ("手工竹编",)),
    ("{village}高山茶专业合作社", SellerKind.COOPERATIVE, ("茶叶",)),
    ("莲乡电商服务有限公司", SellerKind.ENTERPRISE, ("水稻", "莲子", "蔬菜")),
    ("{village}花卉苗木合作社", SellerKind.COOPERATIVE, ("花卉苗木",)),
    ("{village}养蜂专业合作社", SellerKind.COOPERATIVE, ("养蜂",)),
)
_NOTES = (
    "在家，身体还好。{crop}长势不错，嘱咐按时拍照上架。",
    "血压偏高，已提醒按时取药；孩子学费已落实。",
    "帮着装箱三份，教了怎么看订单。",
    "屋顶修过了，雨天不漏。饮水正常。",
    "上月卖出去的钱已经到账，本人确认。",
)
_MEASURES = (
    MeasureKind.ECOMMERCE, MeasureKind.AGRICULTURE, MeasureKind.TRAINING, MeasureKind.MICROCREDIT, MeasureKind.ECOLOGY_POST,
    MeasureKind.DIVIDENDS, MeasureKind.SOLAR, MeasureKind.HEALTH, MeasureKind.EDUCATION, MeasureKind.CULTURE,
)  # fmt: skip

#: So many households of a village are the care of its helper.
_HOUSEHOLDS_A_HELPER = 6


def open_shops(build: Building) -> None:
    """Match farmers to their households, approve those who sell, and the cooperatives and the firm beside them."""
    for home in build.homes[: build.size.sellers]:
        build.shops.append(_open_household_shop(build, home))
    for number in range(build.size.firms):
        build.shops.append(_open_firm(build, number))
    build.village_officials.update((village.code, village.official) for village in build.villages)
    build.tell(f"sellers: {build.size.sellers} households, {build.size.firms} cooperatives and firms, approved in their villages")


def village_of(build: Building, code: str) -> Village:
    """Return a village shown by its code."""
    return next(village for village in build.villages if village.code == code)


def _farmer(build: Building, home: Home) -> int:
    user = accounts.create_user(build.session, name=home.head, phone=home.phone, password_hash=build.password_hash)
    official = village_of(build, home.village_code).official
    farmers.match_user_to_household(build.session, household_id=home.id, user_id=user.id, by=official)
    home.user_id = user.id
    return user.id


def _open_household_shop(build: Building, home: Home) -> Shop:
    dice, village = build.dice, village_of(build, home.village_code)
    user_id = _farmer(build, home)
    seller = farmers.apply_to_sell(
        build.session, household_id=home.id, by=user_id,
        display_name=f"{home.head}家" if dice.random() < 0.6 else f"{village.name_zh}{home.family}家",
        story=dice.choice(_STORIES).format(village=village.name_zh, crop=home.crops[0]),
    )  # fmt: skip
    farmers.approve_seller(build.session, seller_id=seller.id, by=village.official)
    if dice.random() < 0.86:
        farmers.give_consent(
            build.session, household_id=home.id, kind=ConsentKind.NAME, by=user_id, witnessed_by=village.official
        )
    if dice.random() < 0.55:
        farmers.give_consent(
            build.session, household_id=home.id, kind=ConsentKind.PHOTO, by=user_id, witnessed_by=village.official
        )
    listed_by, consent_id = user_id, None
    if helper := _named_helper(build, home, village):
        consent = farmers.give_consent(
            build.session, household_id=home.id, kind=ConsentKind.LISTING, by=user_id, witnessed_by=village.official
        )
        if dice.random() < 0.3:
            listed_by, consent_id = helper, consent.id
    shop = Shop(seller.id, seller.ref, seller.display_name, village, home.crops, home.id, listed_by, consent_id)
    _complete(build, shop, home.head)
    build.seller_users[shop.id] = user_id
    return shop


def _named_helper(build: Building, home: Home, village: Village) -> int | None:
    """Name the village's helper for one of its first households; return their key, or None for the others."""
    helper = build.posts().helpers.get(village.code)
    if helper is None or build.helped.get(village.code, 0) == _HOUSEHOLDS_A_HELPER:
        return None
    build.helped[village.code] = build.helped.get(village.code, 0) + 1
    found = users.user(build.session, helper)
    if found is None:
        raise LookupError(helper)
    assistance.assign_helper(
        build.session, household_id=home.id, name=found.name, organisation="县乡村振兴局", phone=found.phone, user_id=helper,
        on=clock.today(), by=village.official, sealer=build.sealer,
    )  # fmt: skip
    return helper


def _open_firm(build: Building, number: int) -> Shop:
    name, kind, crops = _FIRMS[number % len(_FIRMS)]
    village = build.villages[number % len(build.villages)]
    clerk = accounts.create_user(
        build.session, name=f"{village.name_zh[:2]}社管理员", phone=str(CLERK_PHONE + number), password_hash=build.password_hash
    )
    seller = farmers.apply_to_sell(
        build.session, display_name=name.format(village=village.name_zh.removesuffix("村")), village_code=village.code, kind=kind,
        by=clerk.id, story=f"{village.name_zh}的乡亲一起办的，统一收、统一检、统一发货，账目每月公开。",
    )  # fmt: skip
    farmers.approve_seller(build.session, seller_id=seller.id, by=village.official)
    shop = Shop(seller.id, seller.ref, seller.display_name, village, crops, None, clerk.id)
    _complete(build, shop, shop.name)
    build.seller_users[shop.id] = clerk.id
    return shop


def _complete(build: Building, shop: Shop, holder: str) -> None:
    """Put a pay-out account on file, and the licence that pressing oil needs."""
    open_account(build, shop.id, holder=holder, official=shop.village.official)
    if "油茶" in shop.crops:
        products.record_licence(
            build.session, seller_id=shop.id, category_code="oil", number=f"示例JY136032100{shop.id:04d}",
            valid_to=clock.today() + dt.timedelta(days=1_000), by=shop.village.official,
        )  # fmt: skip


def keep_record(build: Building) -> None:
    """Write what the years before brought: measures, monitoring since 2021, declared incomes, guarantees."""
    dice, session, officials = build.dice, build.session, build.posts()
    registered = [home for home in build.homes if home.is_registered]
    enrolled = 0
    for home in registered:
        official = village_of(build, home.village_code).official
        for kind in dice.sample(_MEASURES, dice.choices((0, 1, 2, 3), (24, 40, 26, 10))[0]):
            begun = dt.date(dice.randint(2015, 2019), dice.randint(1, 12), dice.randint(1, 28))
            assistance.start_measure(session, household_id=home.id, kind=kind, from_on=begun, by=official)
            enrolled += 1
    watched = dice.sample(registered[1:], max(2, len(registered) // 13))
    for home in watched:
        watch = dice.choices(tuple(MonitoringKind), (50, 30, 20))[0]
        on = dt.date(dice.randint(2021, clock.today().year - 1), dice.randint(1, 10), dice.randint(1, 28))
        assistance.open_monitoring(
            session, household_id=home.id, kind=watch, on=on, proposed_by=village_of(build, home.village_code).official,
            approved_by=officials.county[0],
        )  # fmt: skip
    for home in dice.sample(registered, max(2, len(registered) // 12)):
        _declare(build, home, clock.today().year - 1, "入户调查（示例）")
        _check_guarantees(build, home)
    build.tell(f"record: {enrolled} measures, {len(watched)} households monitored")


def plan_declarations(build: Building, timeline: Timeline) -> None:
    """Arrange that sellers declare the year that ended in January, and this year's first months a few weeks ago."""
    sellers = [home for home in build.homes[: build.size.sellers] if home.is_registered]
    asked = [sellers[0], *build.dice.sample(sellers[1:], max(2, len(sellers) // 5))]
    january = build.now.astimezone(clock.SHANGHAI).replace(month=1, day=12, hour=9)
    for number, home in enumerate(asked):
        for moment, year, source in (
            (january, january.year - 1, "年度入户核算（示例）"),
            (build.ago(days=36), build.ago(days=36).year, "年内入户核算（示例）"),
        ):
            at = in_working_hours(moment + dt.timedelta(hours=number // 6 * 24, minutes=number % 6 * 45))
            timeline.at(at, functools.partial(_declare, build, home, year, source))


def _declare(build: Building, home: Home, year: int, source: str) -> None:
    """Enter a year's incomes by category as the village official; a county official lets them count."""
    dice, session = build.dice, build.session
    official = village_of(build, home.village_code).official
    amounts = {
        LedgerCategory.WAGE: dice.randint(6_000, 32_000), LedgerCategory.BUSINESS: dice.randint(3_000, 16_000),
        LedgerCategory.BUSINESS_EXPENDITURE: dice.randint(800, 3_800), LedgerCategory.PROPERTY: dice.randint(100, 1_200),
        LedgerCategory.TRANSFER: dice.randint(1_200, 7_800),
    }  # fmt: skip
    for category, yuan in amounts.items():
        entry = assistance.record_year_ledger(
            session, household_id=home.id, year=year, category=category, amount_fen=yuan * 100, source=source, by=official
        )
        assistance.approve_year_ledger(session, entry_id=entry.id, by=build.posts().county[1])


def _check_guarantees(build: Building, home: Home) -> None:
    """Look at the five guarantees of a household, today by the stopped clock."""
    official = village_of(build, home.village_code).official
    for guarantee in Guarantee:
        assistance.record_guarantee(
            build.session, household_id=home.id, guarantee=guarantee, is_met=build.dice.random() < 0.97, on=clock.today(),
            by=official,
        )  # fmt: skip


def plan_visits(build: Building, timeline: Timeline) -> None:
    """Arrange the visits of a year."""
    for number in range(build.size.visits):
        moment = in_working_hours(build.ago(days=build.dice.uniform(1, 370)))
        timeline.at(moment, functools.partial(_visit, build, number))


def _visit(build: Building, number: int) -> None:
    """Record one visit at a household, today by the stopped clock; some bring a picture."""
    dice = build.dice
    home = dice.choice([home for home in build.homes if home.is_registered])
    village = village_of(build, home.village_code)
    picture = build.photo("valley", number) if dice.random() < 0.25 else None
    assistance.record_visit(
        build.session, household_id=home.id, by=village.official, visited_on=clock.today(), sealer=build.sealer,
        note=dice.choice(_NOTES).format(crop=home.crops[0]), image_ids=[picture] if picture else [], key=f"demo-visit-{number}",
    )  # fmt: skip

"""How figures, days and weights are written in both languages."""

import datetime as dt
from collections.abc import Iterable

from babel.dates import format_date
from flask import Flask

from marketplace.kernel import clock
from marketplace.kernel.money import grouped
from marketplace.web.language import locale_id

NBSP = "\u00a0"


def money(fen: int) -> str:
    """Return '¥28.80', '−¥28.80'."""
    return f"{'−' if fen < 0 else ''}¥{grouped(abs(fen))}"


def yuan_only(fen: int) -> str:
    """Return '28.80'."""
    return grouped(fen).replace("-", "−")


def compact(fen: int) -> str:
    """Return '¥1,234.6万' in Chinese and '¥12.3M' in English for large sums, the plain figure for small ones."""
    amount = abs(fen) / 100
    sign = "−" if fen < 0 else ""
    if locale_id() == "zh":
        return f"{sign}¥{amount / 10_000:,.1f}万" if amount >= 100_000 else money(fen)
    if amount >= 1_000_000:
        return f"{sign}¥{amount / 1_000_000:,.1f}M"
    return f"{sign}¥{amount / 1_000:,.1f}k" if amount >= 100_000 else money(fen)


def day(value: dt.date | dt.datetime | None) -> str:
    """Return '2026年9月12日' or '12 September 2026'; moments are cut in Asia/Shanghai."""
    if value is None:
        return ""
    date = clock.day_of(value) if isinstance(value, dt.datetime) else value
    return f"{date.year}年{date.month}月{date.day}日" if locale_id() == "zh" else format_date(date, "d MMMM y", locale="en_GB")


def short_day(value: dt.date | dt.datetime | None) -> str:
    """Return '9月12日' or '12 Sep', with the year when it is not this year."""
    if value is None:
        return ""
    date = clock.day_of(value) if isinstance(value, dt.datetime) else value
    same = date.year == clock.today().year
    if locale_id() == "zh":
        return f"{'' if same else f'{date.year}年'}{date.month}月{date.day}日"
    return format_date(date, "d MMM" if same else "d MMM y", locale="en_GB")


def moment(value: dt.datetime | None) -> str:
    """Return the local day and hour of a moment."""
    if value is None:
        return ""
    return f"{day(value)} {value.astimezone(clock.SHANGHAI):%H:%M}"


def weekday(value: dt.date | dt.datetime) -> str:
    """Return '周六' or 'Sat'; moments are cut in Asia/Shanghai."""
    date = clock.day_of(value) if isinstance(value, dt.datetime) else value
    return format_date(date, "EEE", locale="zh" if locale_id() == "zh" else "en_GB")


def weekday_name(number: int) -> str:
    """Return '周一' or 'Monday' for an ISO weekday."""
    zh = locale_id() == "zh"
    return format_date(dt.date(2024, 1, number), "EEE" if zh else "EEEE", locale="zh" if zh else "en_GB")


def hour(value: dt.datetime) -> str:
    """Return the local hour of a moment: '09:00'."""
    return f"{value.astimezone(clock.SHANGHAI):%H:%M}"


def month(value: str) -> str:
    """Return '2026年3月' or 'March 2026' for '2026-03', '2026年' or '2026' for '2026'."""
    year, _, number = value.partition("-")
    if locale_id() == "zh":
        return f"{year}年{int(number)}月" if number else f"{year}年"
    return format_date(dt.date(int(year), int(number), 1), "MMMM y", locale="en_GB") if number else year


def short_month(value: str) -> str:
    """Return '3月' or 'Mar' for '2026-03', where the year stands nearby; '2026年' or '2026' for '2026'."""
    year, _, number = value.partition("-")
    if not number:
        return month(value)
    return f"{int(number)}月" if locale_id() == "zh" else format_date(dt.date(int(year), int(number), 1), "MMM", locale="en_GB")


def grams(weight: int) -> str:
    """Return '500克', '2.5公斤'; '500 g', '2.5 kg' with a space that does not break."""
    kilos = f"{weight / 1000:,.3f}".rstrip("0").rstrip(".")
    if locale_id() == "zh":
        return f"{kilos}公斤" if weight >= 1000 else f"{weight}克"
    return f"{kilos}{NBSP}kg" if weight >= 1000 else f"{weight}{NBSP}g"


def percent(value: float) -> str:
    """Return '8.7%' for 0.087, '−8.7%' for its negative, never '−0.0%'."""
    figure = f"{abs(value) * 100:.1f}%"
    return f"−{figure}" if value < 0 and figure != "0.0%" else figure


def listed(words: Iterable[object]) -> str:
    """Return words one after the other: 'a、b' in Chinese, 'a, b' in English."""
    return ("、" if locale_id() == "zh" else ", ").join(str(word) for word in words)


def configure_filters(app: Flask) -> None:
    """Register the filters with Jinja."""
    app.jinja_env.filters.update(
        money=money,
        yuan=yuan_only,
        compact=compact,
        day=day,
        short_day=short_day,
        moment=moment,
        weekday=weekday,
        hour=hour,
        month=month,
        short_month=short_month,
        grams=grams,
        percent=percent,
        listed=listed,
    )

"""Lists as the bank writes them."""

import datetime as dt

from marketplace.kernel.money import yuan

NOW = dt.datetime(2026, 9, 20, 4, 0, tzinfo=dt.UTC)
HEAD = "交易日期,交易流水号,收入金额,支出金额,账户余额,对方户名,附言\n"


def line(day, serial, came, went, balance, name="", remark=""):
    return ",".join((day, serial, came, went, balance, name, remark)) + "\n"


def bank_list(*rows, opening=0, day="2026-09-01"):
    """Return a list of (fen, serial, remark) as bytes; what went out is negative."""
    text, balance = HEAD, opening
    for fen, serial, remark in rows:
        balance += fen
        came, went = (yuan(fen), "") if fen > 0 else ("", yuan(-fen))
        text += line(day, serial, came, went, yuan(balance), "某某", remark)
    return text.encode()

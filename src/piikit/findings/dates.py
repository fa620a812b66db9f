"""Dates as plans write them: a day, or only a month or a year where no more is known."""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime
from typing import Any

from piikit.findings.messages import Lang

_ISO = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})")


def last_day(text: str) -> date | None:
    """The day that a date stands for; None where it is no date.

    A month or a year stands for its last day: what is due "in 2024" is late on the first day of 2025.

    >>> last_day("2024"), last_day("2024-02"), last_day("2024-06-30"), last_day("2024-02-30")
    (datetime.date(2024, 12, 31), datetime.date(2024, 2, 29), datetime.date(2024, 6, 30), None)
    """
    found = _ISO.fullmatch(text)
    if found is None:
        return None
    year, month = int(found[1]), int(found[2] or 12)
    try:
        return date(year, month, int(found[3]) if found[3] else calendar.monthrange(year, month)[1])
    except ValueError:  # calendar.IllegalMonthError is one too
        return None


def day_of(value: Any) -> date | None:
    """The day that a cell of a table stands for: a date, a moment, an ISO text, or day/month/year as in Vietnam.

    >>> day_of("31/12/2024"), day_of("2024-07"), day_of("soon")
    (datetime.date(2024, 12, 31), datetime.date(2024, 7, 31), None)
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = str(value).strip()
    local = _DAY_FIRST.fullmatch(text)
    if local is not None:
        text = f"{local[3]}-{local[2]}-{local[1]}"
    return last_day(text)


def day_text(day: date | None, lang: Lang) -> str:
    """A day for people: 30/06/2024 in Vietnamese, 2024-06-30 in English, an en dash where there is none."""
    if day is None:
        return "–"
    return day.strftime("%d/%m/%Y") if lang == "vi" else day.isoformat()

"""What the form of one agency shows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from attrs import frozen

from piikit.findings.messages import Lang
from piikit.framework.edition import Edition
from piikit.office.forms.asked_figures import Asked, Shares
from piikit.office.forms.last_year import Last
from piikit.plans.agencies import Agency
from piikit.plans.plan import Plan


@frozen(kw_only=True)
class Form:
    """All that the form of one agency shows.

    Attributes:
        agency: who is asked, under the name that it bears on the day.
        asked: the figures, in their order.
        shares: who is asked for what, for figures that others are asked for too.
        last: last year's figures.
        due: the day on which the form is due; None where none is set.
        on: the day that decides which agencies there are.
        to: the name of the agency that the form is returned to; empty where the plan names none.
    """

    edition: Edition
    plan: Plan
    agency: Agency
    name: str
    asked: tuple[Asked, ...]
    shares: Shares
    others: Mapping[str, str]
    last: Last
    period: str
    due: date | None
    on: date | None
    to: str
    lang: Lang

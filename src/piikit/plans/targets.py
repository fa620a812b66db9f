"""Targets of a plan: what must hold, of which nodes, when, and measured from what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from attrs import field, frozen

from piikit.findings.messages import Names
from piikit.framework.documents import Json

Metric = Literal["score", "rank", "value", "coverage"]
Comparison = Literal[
    "above", "below", "at_least", "at_most", "exactly", "between", "improves", "maintains", "improves_by"
]

COMPARISONS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "above": (("value", "mean_of"), ()),
    "below": (("value", "mean_of"), ()),
    "at_least": (("value", "mean_of"), ()),
    "at_most": (("value", "mean_of"), ()),
    "exactly": (("value",), ()),
    "between": (("range",), ()),
    "improves": ((), ()),
    "maintains": ((), ()),
    "improves_by": (("value", "range"), ("each", "unit")),
}
"""Of each comparison the fields of which it needs exactly one, and those it may have."""
FROM_BASELINE = frozenset({"improves", "maintains", "improves_by"})
"""The comparisons that need the same area's figure in the baseline."""
SCOPES = ("node", "level", "set", "led_by")
"""The fields that say what a target is about; it has one of them."""

_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")


def year_of(text: str | None) -> int | None:
    """The first year that a period, a date or an edition's id names.

    >>> year_of("2026-12-31"), year_of("pii-2026"), year_of("next"), year_of(None)
    (2026, 2026, None, None)
    """
    found = _YEAR.search(text or "")
    return int(found[1]) if found else None


@frozen(kw_only=True)
class Condition:
    """One thing that must hold.

    Attributes:
        metric: "score", "rank", "value" (of an indicator, in its unit) or "coverage" (0 to 1).
        comparison: "above" (strict, the plan's "trên"), "below" (strict), "at_least", "at_most", "exactly", "between"
            (both ends count); "improves" (strictly better than in the baseline), "maintains" (no worse), "improves_by".
        value: the figure to compare with, or by how much to improve; None where the comparison needs none.
        range: lowest and highest figure of "between", fewest and most of "improves_by".
        mean_of: whose means to compare with: "country", "region" or groups of the edition; the condition must hold
            against each.
        among: a peer set inside which a rank is taken: "region" or a group of the edition.
        of: among how many areas the rank was meant.
        each: "year" where "improves_by" asks for so much in each year since the baseline.
        unit: "percent" where "improves_by" is in percent of the baseline; else in the metric's own unit.
    """

    metric: Metric
    comparison: Comparison
    value: float | None = None
    range: tuple[float, float] | None = None
    mean_of: tuple[str, ...] = ()
    among: str | None = None
    of: int | None = None
    each: Literal["year"] | None = None
    unit: Literal["percent"] | None = None

    @property
    def strict(self) -> bool:
        """Whether equal is not enough."""
        return self.comparison in {"above", "below", "improves"}

    @property
    def from_baseline(self) -> bool:
        """Whether it needs the area's own figure in the baseline."""
        return self.comparison in FROM_BASELINE


@frozen(kw_only=True)
class NodeSet:
    """Nodes that a target speaks of together; members are None where the plan does not say which."""

    name: Names
    members: tuple[str, ...] | None
    count: int | None = None


@frozen(kw_only=True)
class Need:
    """How many members of a scope must meet all conditions.

    >>> Need(percent=50).count(7), Need(more_than_percent=50).count(52), Need(members=4).count(7)
    (4, 27, 4)
    """

    members: int | None = None
    percent: float | None = None
    more_than_percent: float | None = None

    def count(self, total: int) -> int:
        """The fewest members that are enough, out of `total`."""
        if self.members is not None:
            return self.members
        share = self.percent if self.percent is not None else self.more_than_percent or 0.0
        # Counting up avoids a division whose last bit would decide.
        strict = self.percent is None
        return next(k for k in range(total + 2) if (100 * k > share * total if strict else 100 * k >= share * total))


@frozen(kw_only=True)
class Figure:
    """A published figure that the plan itself quotes: of its own area in a baseline, or a mean.

    Attributes:
        mean_of: whose mean it is: "country", "region" or a group; None for the plan's own area.
    """

    edition: str
    code: str
    period: str | None = None
    mean_of: str | None = None
    score: float | None = None
    rank: float | None = None
    value: float | None = None
    source: str | None = None


@frozen(kw_only=True)
class Origin:
    """The plan that a target comes from: whose area, baseline, sets and agencies it speaks of.

    Attributes:
        count: how many areas the list `areas` has.
        agencies: what `led_by` may name; each has `id` and `duties`.
    """

    plan: str
    area: str
    area_name: str
    areas: str
    count: int
    baseline: str | None
    sets: Mapping[str, NodeSet]
    agencies: tuple[Any, ...]
    figures: tuple[Figure, ...] = ()


@frozen(kw_only=True)
class PlannedTarget:
    """A target: conditions, joined by "and", on a node or on the members of a level, a set, or what an agency leads.

    Attributes:
        need: how many members must meet the conditions; all where None.
        text: the target in words; without conditions it cannot be tested.
        due: the year in which it falls due; None where it is judged in every period.
        start: the first year of its span, None where it has none.
        baseline: id of the edition it is measured from, where that is not the plan's.
        origin: the older plan that it was taken over from; None for the plan's own targets.
    """

    id: str
    conditions: tuple[Condition, ...] = ()
    node: str | None = None
    level: str | None = None
    set: str | None = None
    led_by: str | None = None
    need: Need | None = None
    name: Names = field(factory=dict)
    text: Names | None = None
    testable: bool = True
    kind: str | None = None
    source: str | None = None
    edition: str | None = None
    baseline: str | None = None
    start: int | None = None
    until: int | None = None
    due: int | None = None
    origin: Origin | None = field(default=None, repr=False)


def target(entry: Mapping[str, Any], periods: Mapping[str, str]) -> PlannedTarget:
    """A target from its entry in a plan document.

    Args:
        entry: the entry, checked.
        periods: the period of each installed edition, by id.
    """
    edition = entry.get("edition")
    set_for = year_of(periods.get(edition, edition)) if edition else None
    conditions = tuple(condition(part) for part in entry.get("conditions", ()))
    due = next((year for year in (year_of(entry.get("due")), year_of(entry.get("until")), set_for) if year), None)
    return PlannedTarget(
        id=entry["id"],
        conditions=conditions,
        **{key: entry.get(key) for key in SCOPES},
        need=Need(**entry["need"]) if "need" in entry else None,
        name=entry.get("name", {}),
        text=entry.get("text"),
        testable=bool(conditions) and entry.get("testable", True),
        kind=entry.get("kind"),
        source=entry.get("source"),
        edition=edition,
        baseline=entry.get("baseline"),
        start=year_of(entry.get("from")),
        until=year_of(entry.get("until")),
        due=due,
    )


def condition(entry: Mapping[str, Any]) -> Condition:
    """A condition from its entry."""
    mean_of = entry.get("mean_of", ())
    ends = entry.get("range")
    return Condition(
        metric=entry["metric"],
        comparison=entry["is"],
        value=entry.get("value"),
        range=(float(ends[0]), float(ends[1])) if ends else None,
        mean_of=(mean_of,) if isinstance(mean_of, str) else tuple(mean_of),
        among=entry.get("among"),
        of=entry.get("of"),
        each=entry.get("each"),
        unit=entry.get("unit"),
    )


def node_sets(document: Json) -> dict[str, NodeSet]:
    """The named sets of a plan document."""
    return {
        key: NodeSet(
            name=entry["name"],
            count=entry.get("count"),
            members=tuple(entry["members"]) if entry["members"] is not None else None,
        )
        for key, entry in document.get("sets", {}).items()
    }


def figures(document: Json) -> tuple[Figure, ...]:
    """The published figures that a plan document quotes."""
    return tuple(Figure(**entry) for entry in document.get("figures", ()))

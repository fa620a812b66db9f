"""What the caller says of the indicators: which stay, how far they reach, what moving them costs."""

from __future__ import annotations

import fnmatch
import math
from collections.abc import Iterable, Mapping
from typing import Any

from attrs import frozen

from piikit.findings.errors import UsageError
from piikit.findings.faults import nearest
from piikit.framework.edition import Edition


@frozen(kw_only=True)
class Choices:
    """The caller's choices, checked.

    Attributes:
        effort: by indicator, for one of its unit; None for one a point of score.
        ceilings: by indicator, in its unit.
        fixed: indicators that stay.
    """

    effort: Mapping[str, float] | None
    ceilings: Mapping[str, float]
    fixed: frozenset[str]
    at_most: int | None


def choices(
    edition: Edition,
    *,
    effort: Mapping[str, float] | None = None,
    ceilings: Mapping[str, float] | None = None,
    fixed: Iterable[str] = (),
    at_most: int | None = None,
    ends: str = "moving",
) -> Choices:
    """The choices, or every fault in them.

    Raises:
        UsageError: with every fault.
    """
    patterns = [fixed] if isinstance(fixed, str) else list(fixed)
    stays = {pattern: _covered(pattern, edition) for pattern in patterns}
    faults = [
        f"fixed: no node {pattern!r}{_near(pattern, edition.nodes)}" for pattern, found in stays.items() if not found
    ]
    faults += _figure_faults("effort", effort or {}, edition, lowest=0.0)
    faults += _figure_faults("ceilings", ceilings or {}, edition)
    if at_most is not None and (isinstance(at_most, bool) or not isinstance(at_most, int) or at_most < 1):
        faults.append(f"at_most must be a whole number of 1 or more, or None, not {at_most!r}")
    if ends not in ("moving", "fixed"):
        faults.append(f"ends must be 'moving' or 'fixed', not {ends!r}")
    if faults:
        raise UsageError("; ".join(faults))
    every = frozenset(code for found in stays.values() for code in found)
    return Choices(effort=effort, ceilings=dict(ceilings or {}), fixed=every, at_most=at_most)


def _covered(pattern: str, edition: Edition) -> tuple[str, ...]:
    """The indicators that a pattern means: by their own code, or by that of a node above them."""
    return tuple(
        code
        for code in edition.indicators
        if any(fnmatch.fnmatchcase(above, str(pattern)) for above in edition.path(code))
    )


def _figure_faults(what: str, figures: Mapping[str, Any], edition: Edition, lowest: float | None = None) -> list[str]:
    faults = []
    for code, figure in figures.items():
        if code not in edition.nodes or not edition.nodes[code].is_indicator:
            faults.append(f"{what}: no indicator {code!r}{_near(str(code), edition.indicators)}")
        elif isinstance(figure, bool) or not isinstance(figure, int | float) or not math.isfinite(figure):
            faults.append(f"{what}: {code} must be a finite number, not {figure!r}")
        elif lowest is not None and figure < lowest:
            faults.append(f"{what}: {code} must be {lowest:g} or more, not {figure!r}")
    return faults


def _near(name: str, known: Iterable[str]) -> str:
    near = nearest(str(name), list(known), cutoff=0.6)
    return f"; did you mean {near!r}?" if near else ""

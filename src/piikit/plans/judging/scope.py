"""Which nodes a target is about."""

from __future__ import annotations

from collections.abc import Sequence

from piikit.framework.edition import Edition
from piikit.plans.plan import Plan
from piikit.plans.targets import PlannedTarget


def codes_of(target: PlannedTarget, plan: Plan, edition: Edition) -> Sequence[str | None]:
    """The nodes of a target, in the plan's or in tree order; one None where the plan does not say which.

    What an agency leads are the indicators that its duties of role "lead" cover.
    """
    if target.node is not None:
        return (target.node,)
    if target.level is not None:
        return edition.codes(target.level) or (None,)
    sets, agencies = (target.origin.sets, target.origin.agencies) if target.origin else (plan.sets, plan.agencies)
    if target.set is not None:
        return sets[target.set].members or (None,)
    duties = [d for agency in agencies if agency.id == target.led_by for d in agency.duties if d.role == "lead"]
    return tuple(code for code in edition.indicators if any(duty.covers(code) for duty in duties)) or (None,)

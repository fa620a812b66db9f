"""The inputs of a result put before another edition, without reading them again."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
from attrs import evolve

from piikit.files.wide_columns import Kind, is_kind, value_column
from piikit.findings.errors import UsageError
from piikit.findings.finding import Finding, Findings
from piikit.findings.messages import Phrase
from piikit.framework.catalogue import Catalogue
from piikit.framework.edition import Edition
from piikit.inputs import Table, assemble
from piikit.inputs.given import GIVEN_BOUNDS


def replayed(inputs: Table, before: Edition, after: Edition, catalogue: Catalogue) -> Table:
    """The checked inputs of a result as those of another edition: matched and checked anew by what that one says.

    Values given for an indicator go with it where it has another code in the other edition. Under the
    same edition the table stays as it is.

    Args:
        inputs: of the result.
        before: the edition that they were read for.
        after: the edition to put them before.
        catalogue: items, units and checks.

    Returns:
        the table. What was said when the inputs were read is said again; an item or value that only the other edition
        needs is a finding `replay_without_item`, an error.

    Raises:
        UsageError: the editions are on different lists of areas.
    """
    _same_areas(before, after)
    if after.digest == before.digest:
        return inputs
    kept = {code: _code_in(after, before, code) for code in inputs.codes}
    frame, given = _data(inputs, kept), inputs.given
    scores = None
    if not given.scores.is_empty():
        columns = ["area", "period", "code", "score", "rank"]
        scores = given.scores.filter(pl.col("code").is_in(list(after.nodes))).select(columns)
        lost = given.scores.height - scores.height
        scores = scores if scores.height else None
    else:
        lost = 0
    bounds = given.bounds.filter(pl.col("code").is_in(list(after.indicators)))
    made = assemble(
        frame if inputs.has_data else None,
        after,
        catalogue,
        scores=scores,
        bounds=bounds if bounds.height else None,
    )
    found = _merged(inputs.findings, made.findings)
    absent = _absent_items(inputs, before, after, set(kept.values())) if inputs.has_data else []
    if lost:
        absent.append(Finding(code="replay_without_score", severity="warning", params={"n": lost, "edition": after.id}))
    trail = inputs.trail
    given = evolve(made.given, bounds=made.given.bounds if bounds.height else pl.DataFrame(schema=GIVEN_BOUNDS))
    return evolve(made, findings=Findings((*found, *absent)), trail=trail, given=given)


def _same_areas(before: Edition, after: Edition) -> None:
    own, other = before.areas, after.areas
    if own is None and other is None:
        return
    if own is None or other is None or own.document != other.document:
        named = [areas.id if areas is not None else Phrase("usage.no_areas") for areas in (own, other)]
        raise UsageError("other_areas", before=before.id, after=after.id, own=named[0], other=named[1])


def _data(inputs: Table, kept: Mapping[str, str | None]) -> pl.DataFrame:
    """The rows as a wide table: keys, groups, items, and the values of indicators that the other edition has."""
    beside: tuple[Kind, ...] = ("value", "given", "given_rank")
    left = {"area_name", "scenario"}
    plain = [name for name in inputs.frame.columns if not is_kind(beside, name) and name not in left]
    values = [pl.col(value_column(code)).alias(new) for code, new in kept.items() if new is not None]
    # Rows that stand for published scores alone have no figure: they come back with the scores.
    return inputs.frame.select(*plain, *values)


def _code_in(after: Edition, before: Edition, code: str) -> str | None:
    """The code that an indicator has in the other edition; None where it has none."""
    own = before.nodes[code].indicator
    if own is None:
        same = after.nodes.get(code)
        return code if same is not None and same.is_indicator and same.indicator is None else None
    for other in after.indicators:
        indicator = after.nodes[other].indicator
        if indicator is not None and indicator.code == own.code:
            return other
    return None


def _merged(before: Findings, after: Findings) -> list[Finding]:
    """What was said when the inputs were read, and what is said only now."""
    # What depends on the edition alone is said anew; the rest was said of cells that are no longer there.
    again = {(item.code, item.column) for item in after}
    edition_only = {
        "absent_area",
        "unused_item",
        "unknown_column",
        "node_column",
        "other_period",
        "value_beside_items",
        "unused_bounds",
    }
    kept = [item for item in before if (item.code, item.column) not in again and item.code not in edition_only]
    return [*kept, *after]


def _absent_items(inputs: Table, before: Edition, after: Edition, codes: set[str | None]) -> list[Finding]:
    """Items that the other edition needs and that were left out when the inputs were read."""
    found = []
    for code in after.indicators:
        indicator = after.nodes[code].indicator
        if code in codes:
            continue
        names = list(indicator.item_names) if indicator is not None else [code]
        never = [name for name in names if name not in inputs.items and name not in before.items]
        if indicator is None and code in before.indicators:
            continue  # the data had the chance to give it
        if never:
            params = {"items": never, "edition": after.id, "base": before.id}
            found.append(Finding(code="replay_without_item", column=code, params=params))
    return found

"""What several cells say together: plugins' checks, parts above their whole, slips of unit, other periods."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import polars as pl
from attrs import field, frozen
from polars.exceptions import PanicException

from piikit.files.wide_columns import is_kind, value_column, without_kind
from piikit.findings.compared import SHOWN, ComparedFinding, figure, further
from piikit.findings.finding import HIDDEN, PLACE, Finding, cells_of
from piikit.findings.messages import Names
from piikit.framework.catalogue import Catalogue
from piikit.framework.checks import Check
from piikit.framework.edition import Edition

POWERS = (10.0, 100.0, 1000.0)
"""How many times too large or too small the usual slips make a figure: percent for a share, thousands for millions."""
NEAR = 0.05
"""How far from the power of ten the ratio may be: what a figure grows or shrinks in a year beside the slip."""
ROUNDING = 1e-9
"""How far a part may be above its whole where one of them had to be converted: rounding of the conversion."""


@frozen(kw_only=True)
class ConsistencyRule:
    """One thing that must hold between columns of the table.

    Attributes:
        columns: the column of the table by the name that the rule calls it.
        broken: true where it does not hold.
        scale: what one of the whole's unit is in the part's.
        whole: how texts call the whole: its name, with the unit of the part where theirs differ.
        check: the plugin's check, if it is one.
    """

    columns: Mapping[str, str]
    broken: pl.Expr
    scale: float = 1.0
    whole: Names | str = ""
    check: Check | None = None


@frozen(kw_only=True)
class Prepared:
    """What can be said of a table from its columns alone."""

    catalogue: Catalogue = field(repr=False)
    numbers: tuple[str, ...]
    parts: tuple[ConsistencyRule, ...]
    checks: tuple[ConsistencyRule, ...]
    view: tuple[pl.Expr, ...] = field(repr=False)
    """The columns that the checks read, by the names that the checks call them."""


def consistent(
    frame: pl.DataFrame,
    edition: Edition,
    catalogue: Catalogue,
    *,
    previous: pl.DataFrame | None = None,
    trail: pl.DataFrame | None = None,
) -> list[Finding]:
    """Findings on cells that do not fit together, though each may be sound by itself.

    Args:
        frame: area, area_name, period, scenario, items, `value:<code>` of given indicators; one row an area and period.
        edition: the framework.
        catalogue: for the parts and wholes among the items, and for the checks.
        previous: an earlier table of the same shape, for what it says of the last period.
        trail: one row a figure of a long table: area, period, code, data_year, used.
    """
    if frame.is_empty():
        return []
    found = within_rows(frame, edition, catalogue)
    periods = frame["period"]
    if previous is not None or (periods != periods[0]).any():
        found += slips(frame, previous, _prepared(frame, edition, catalogue).numbers)
    found += other_periods(periods, edition)
    if trail is not None and not trail.is_empty():
        found += other_years(trail, frame, edition)
    return found


def within_rows(frame: pl.DataFrame, edition: Edition, catalogue: Catalogue) -> list[Finding]:
    """The findings of `consistent` that look at one row at a time: parts above their wholes, and checks of plugins."""
    known = _prepared(frame, edition, catalogue)
    found = [_part_finding(frame.filter(rule.broken), rule) for rule in _parts_above(frame, known.parts)]
    return [*found, *(_broken(frame, known) if known.checks else ())]


def cleared(frame: pl.DataFrame, found: Iterable[Finding]) -> pl.DataFrame:
    """The table without the cells that errors compare: which of them is wrong is not known, so none is used."""
    for item in found:
        if not isinstance(item, ComparedFinding) or item.severity != "error" or item.cells is None:
            continue
        rows = item.cells.select("area", "period").unique().with_columns(pl.lit(True).alias("@out"))
        out = frame.join(rows, on=["area", "period"], how="left", maintain_order="left")["@out"].fill_null(False)
        frame = frame.with_columns(pl.when(~out).then(pl.col(name)).alias(name) for name in item.compares)
    return frame


# -- rules that plugins and schemas bring ------------------------------------------------------------------------


def _prepared(frame: pl.DataFrame, edition: Edition, catalogue: Catalogue) -> Prepared:
    key = ("consistency", *frame.columns)
    known: Prepared | None = edition.memo.get(key)
    if known is None or known.catalogue is not catalogue:
        numbers = tuple(
            name
            for name, dtype in frame.schema.items()
            if dtype == pl.Float64 and (is_kind("value", name) or name in catalogue.items)
        )
        checks = tuple(_check_rules(numbers, edition, catalogue))
        view = {name: pl.col(column).alias(name) for rule in checks for name, column in rule.columns.items()}
        parts = tuple(_part_rules(numbers, catalogue))
        known = Prepared(catalogue=catalogue, numbers=numbers, parts=parts, checks=checks, view=tuple(view.values()))
        edition.memo[key] = known
    return known


def _part_rules(numbers: Sequence[str], catalogue: Catalogue) -> list[ConsistencyRule]:
    rules = []
    for part in numbers:
        whole = str(catalogue.items.get(part, {}).get("partOf"))
        scale = _scale(part, whole, catalogue) if whole in numbers else None
        if scale is not None:
            limit = pl.col(whole) if scale == 1 else pl.col(whole) * (scale * (1 + ROUNDING))
            unit = catalogue.units.get(str(catalogue.items[part].get("unit")))
            named = {lang: f"{whole} [{name}]" for lang, name in unit.name.items()} if unit and scale != 1 else whole
            rules.append(
                ConsistencyRule(
                    columns={part: part, whole: whole}, broken=pl.col(part) > limit, scale=scale, whole=named
                )
            )
    return rules


def _scale(part: str, whole: str, catalogue: Catalogue) -> float | None:
    """What one of the whole's unit is in the part's; None where they cannot be compared."""
    units = [catalogue.items.get(name, {}).get("unit") for name in (part, whole)]
    if units[0] == units[1]:
        return 1.0
    one, other = (catalogue.units.get(str(unit)) for unit in units)
    if one is None or other is None or one.dimension != other.dimension or not one.factor or not other.factor:
        return None
    return other.factor / one.factor


def _parts_above(frame: pl.DataFrame, rules: Sequence[ConsistencyRule]) -> list[ConsistencyRule]:
    """The rules that some row breaks. A plan of expressions for a few rows costs more than these comparisons."""
    names = {name for rule in rules for name in rule.columns}
    values = {name: frame[name].to_numpy() for name in names}  # a null is no number, which is above nothing
    hit = []
    for rule in rules:
        part, whole = (values[name] for name in rule.columns)
        if (part > (whole if rule.scale == 1 else whole * (rule.scale * (1 + ROUNDING)))).any():
            hit.append(rule)
    return hit


def _part_finding(rows: pl.DataFrame, rule: ConsistencyRule) -> Finding:
    part, whole = rule.columns
    total = pl.col(whole) * rule.scale
    cells = _cells(rows, figure(pl.col(part)), *further(total=total), _figures(rule).alias(SHOWN))
    return ComparedFinding(
        code="part_above_whole", column=part, cells=cells, params={"whole": rule.whole}, compares=(part, whole)
    )


def _check_rules(numbers: Sequence[str], edition: Edition, catalogue: Catalogue) -> list[ConsistencyRule]:
    by_indicator = {
        plugin.code: value_column(code)
        for code in reversed(edition.indicators)
        if (plugin := edition.nodes[code].indicator) and value_column(code) in numbers
    }
    rules = []
    for check in catalogue.checks.values():
        columns = {}
        for name in check.columns:
            held = (name, value_column(name), by_indicator.get(name, ""))
            columns[name] = next((column for column in held if column in numbers), "")
        if all(columns.values()):
            rules.append(ConsistencyRule(columns=columns, broken=~check.holds, check=check))
    return rules


def _check_finding(rows: pl.DataFrame, rule: ConsistencyRule) -> Finding:
    check = rule.check
    assert check is not None
    figures = {name: pl.col(column) for name, column in rule.columns.items()}
    texts = {"message": check.message, **({"hint": check.hint} if check.hint else {})}
    return ComparedFinding(
        code=check.code,
        severity=check.severity,
        column=without_kind("value", rule.columns[check.filed]),
        cells=_cells(rows, _figures(rule), *further(**figures)),
        texts=texts,
        compares=tuple(rule.columns.values()),
    )


def _figures(rule: ConsistencyRule) -> pl.Expr:
    """The figures of a row that were compared: `a = 5, b = 3`."""
    # Not pl.format: it fails in polars 2.1 where columns lie in memory in different chunks.
    parts = [
        pl.concat_str([pl.lit(f"{name} = "), figure(pl.col(column)).fill_null("–")])
        for name, column in rule.columns.items()
    ]
    return pl.concat_str(parts, separator=", ")


def _cells(rows: pl.DataFrame, value: pl.Expr, *more: pl.Expr) -> pl.DataFrame:
    return cells_of(rows, value).hstack(rows.select(*more))


def _broken(frame: pl.DataFrame, known: Prepared) -> list[Finding]:
    # Checks read columns by names of their own, so they look at a view, which copies nothing.
    view = frame.select(known.view)
    try:
        wrong = view.select(rule.broken.any().alias(str(place)) for place, rule in enumerate(known.checks)).row(0)
    except (Exception, PanicException):  # a plugin's check cannot be computed on these figures: one by one, then
        return [item for rule in known.checks for item in _by_itself(frame, view, rule)]
    hit = [rule for rule, broken in zip(known.checks, wrong, strict=True) if broken]
    return [_check_finding(_rows(frame, view, rule), rule) for rule in hit]


def _rows(frame: pl.DataFrame, view: pl.DataFrame, rule: ConsistencyRule) -> pl.DataFrame:
    return frame.filter(view.select(rule.broken.alias("broken"))["broken"])


def _by_itself(frame: pl.DataFrame, view: pl.DataFrame, rule: ConsistencyRule) -> list[Finding]:
    try:
        rows = _rows(frame, view, rule)
    except (Exception, PanicException) as error:  # third-party code: recorded under the plugin's name
        assert rule.check is not None
        cause = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
        params = {"check": rule.check.code, "plugin": rule.check.plugin, "cause": cause}
        return [Finding(code="check_failed", severity="info", column=rule.check.filed, params=params)]
    return [] if rows.is_empty() else [_check_finding(rows, rule)]


# -- other periods -----------------------------------------------------------------------------------------------


def slips(frame: pl.DataFrame, previous: pl.DataFrame | None, numbers: Sequence[str]) -> list[Finding]:
    """Figures that are a power of ten away from the same area's last one."""
    keys = [*PLACE, "scenario", *(hidden for hidden in HIDDEN.values() if hidden in frame.columns)]
    table = frame.select(*keys, *numbers, pl.lit(True).alias("@now"))
    if previous is not None:
        both = [name for name in (*keys, *numbers) if name in previous.columns]
        before = previous.filter(~pl.col("period").is_in(frame["period"].unique().to_list()))
        table = pl.concat([before.select(*both, pl.lit(False).alias("@now")), table], how="diagonal")
    table = table.sort("scenario", "area", "@now", "period", maintain_order=True)
    table = table.with_columns(pl.struct("scenario", "area").rle_id().alias("@series"))
    gaps = {name for name in numbers if table[name].null_count()}
    jumps = {name: jump(name, gaps=name in gaps) for name in numbers}
    hit = table.select(jumped.any().alias(name) for name, jumped in jumps.items()).row(0, named=True) if jumps else {}
    return [_slip(table, name, jumps[name], gaps=name in gaps) for name, wrong in hit.items() if wrong]


def _last(name: str, of: pl.Expr, *, gaps: bool) -> pl.Expr:
    """What `of` is on the last row before that has a figure."""
    if not gaps:
        return of.shift(1)
    return pl.when(pl.col(name).is_not_null()).then(of).forward_fill().shift(1)


def jump(name: str, *, gaps: bool) -> pl.Expr:
    """Whether a figure is a power of ten away from the last one of its `@series`, among rows in order of time."""
    x, last = pl.col(name), _last(name, pl.col(name), gaps=gaps)
    same = _last(name, pl.col("@series"), gaps=gaps) == pl.col("@series")
    # Two columns are divided, never by a scalar; unlike signs and zeros give a ratio that is near no power.
    ratio = pl.max_horizontal(x / last, last / x)
    near = pl.any_horizontal(ratio.is_between(power * (1 - NEAR), power * (1 + NEAR)) for power in POWERS)
    return (same & near & pl.col("@now")).fill_null(False)


def _slip(table: pl.DataFrame, name: str, jumped: pl.Expr, *, gaps: bool) -> Finding:
    x, last = pl.col(name), _last(name, pl.col(name), gaps=gaps)
    power = pl.max_horizontal(x / last, last / x).log10().round(0).cast(pl.Int64, strict=False)
    text = pl.lit(10).pow(power).cast(pl.String)
    times = pl.when(x.abs() > last.abs()).then(text).otherwise(pl.lit("1/") + text)
    rows = table.with_columns(
        last.alias("@last"), _last(name, pl.col("period"), gaps=gaps).alias("@when"), times.alias("@times")
    ).filter(jumped)
    before = pl.concat_str([pl.col("@when"), figure(pl.col("@last"))], separator=" ")
    shown = pl.concat_str([before, pl.concat_str([pl.col("period"), figure(x)], separator=" ")], separator=", ")
    more = further(last=pl.col("@last"), when=pl.col("@when"), times=pl.col("@times"))
    cells = _cells(rows, figure(x), *more, shown.alias(SHOWN))
    return ComparedFinding(code="unit_slip", severity="warning", column=without_kind("value", name), cells=cells)


def other_periods(periods: pl.Series, edition: Edition) -> list[Finding]:
    """Periods that are not the edition's own; an edition that compares over a panel asks for several."""
    if edition.cohort == "panel" or not (periods != edition.period).any():
        return []
    others = periods.filter(periods != edition.period).unique().sort()
    cells = pl.DataFrame({"period": others, "value": others})
    params = {"edition": edition.id, "own": edition.period}
    return [Finding(code="other_period", severity="warning", column="period", cells=cells, params=params)]


def other_years(trail: pl.DataFrame, frame: pl.DataFrame, edition: Edition) -> list[Finding]:
    """Figures of a year that is not the one the edition's node names, where both are known."""
    wanted: dict[str, set[str]] = {}
    for code in edition.indicators:
        node = edition.nodes[code]
        if node.data_year is not None:
            for name in (code, *(node.indicator.item_names if node.indicator else ())):
                wanted.setdefault(name, set()).add(node.data_year)
    # An item that indicators want of several years cannot be judged by its name alone.
    years = {name: next(iter(found)) for name, found in wanted.items() if len(found) == 1}
    if not years or "data_year" not in trail.columns:
        return []
    expected = pl.col("code").replace_strict(years, default=None, return_dtype=pl.String)
    year = pl.col("data_year").cast(pl.String).str.strip_chars().str.replace(r"\.0$", "")
    odd = trail.with_columns(year.alias("data_year"), expected.alias("@year")).filter(
        pl.col("used") & (pl.col("data_year") != "") & (pl.col("data_year") != pl.col("@year"))
    )
    if odd.is_empty():
        return []
    names = frame.select("area", "area_name").unique()
    odd = odd.join(names, on="area", how="left", maintain_order="left")
    origin = [name for name in HIDDEN if name in odd.columns]
    return [
        Finding(
            code="other_data_year",
            severity="warning",
            column=str(code),
            cells=part.select(*PLACE, pl.col("data_year").alias("value"), *origin),
            params={"year": years[str(code)], "edition": edition.id},
        )
        for (code,), part in odd.group_by(["code"], maintain_order=True)
    ]

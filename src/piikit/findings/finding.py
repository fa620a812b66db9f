"""Findings: every problem found, as data that can be shown, counted and sent back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import polars as pl
from attrs import evolve, field, frozen

from piikit.findings.messages import Lang, Messages, messages

SEVERITIES = ("error", "warning", "info")
COLUMNS = ("severity", "code", "area", "area_name", "period", "column", "value", "expected", "message", "hint")
ORIGIN = ("file", "sheet", "row")
"""Where a cell stands in what was handed in; null where it did not come from a file."""
SCHEMA = pl.Schema(
    {**dict.fromkeys((*COLUMNS, "file", "sheet"), pl.String()), "row": pl.Int64(), "scenario": pl.String()}
)
UNCHANGED = "base"
"""The scenario that is the data as they are; findings on it name none."""
PLACE = ("area", "area_name", "period")
HIDDEN = {name: f"@{name}" for name in ORIGIN}
"""Columns that carry the origin of a row through the inputs; no column of a user bears such a name."""
FIRST = ("sample_data", "reconstructed_edition")
"""What every output shows before anything else."""
NAMES_SHOWN = 6
"""How many areas a grouped line names before it says how many more there are."""


def cells_of(rows: pl.DataFrame, value: pl.Expr) -> pl.DataFrame:
    """The cells of a finding from rows of a table: the area and period, the value as text, and the origin if known."""
    places = [pl.col(name) for name in PLACE]
    origin = [pl.col(hidden).alias(name) for name, hidden in HIDDEN.items() if hidden in rows.columns]
    if "scenario" in rows.columns:
        origin.append(pl.col("scenario"))
    return rows.select(*places, value.cast(pl.String, strict=False).alias("value"), *origin)


@frozen(kw_only=True)
class Finding:
    """One kind of problem in one column (or JSON pointer), with every cell where it stands.

    Attributes:
        code: stable name, a heading in the reference of findings.
        severity: "error", "warning" or "info".
        column: the item, indicator, node or JSON pointer concerned.
        params: what the texts of this code need; numbers and {vi, en} pairs are written in the reader's language.
        cells: one row a place with `area`, `area_name`, `period`, `value` (texts, null where unknown), and `file`,
            `sheet`, `row` where it came from a file, `scenario` where it is of one; without it the finding stands for
            itself.
        total: how many cells there are, where `cells` holds the first of them only.

    >>> found = Finding(code="unknown_column", severity="warning", column="remark", params={"value": "remark"})
    >>> found.count, found.frame("en")["column"].to_list()
    (1, ['remark'])
    """

    __module__ = "piikit.types"

    code: str
    severity: str = "error"
    column: str | None = None
    params: Mapping[str, Any] = field(factory=dict)
    cells: pl.DataFrame | None = None
    total: int | None = None

    @property
    def count(self) -> int:
        """How many cells it is about; 1 where it stands for itself."""
        if self.total is not None:
            return self.total
        return 1 if self.cells is None else self.cells.height

    def frame(self, lang: Lang) -> pl.DataFrame:
        """The finding as rows with the columns of `Result.findings`."""
        words = messages(lang)
        cells = self.cells if self.cells is not None else pl.DataFrame({"value": [None]}, schema={"value": pl.String})
        place = [
            pl.col(name).cast(pl.String) if name in cells.columns else pl.lit(None, dtype=pl.String).alias(name)
            for name in (*PLACE, "file", "sheet")
        ]
        named = pl.col("scenario") if "scenario" in cells.columns else pl.lit(None)
        scenario = named.cast(pl.String).alias("scenario")
        place.append(pl.when(scenario != UNCHANGED).then(scenario))
        place.append((pl.col("row") if "row" in cells.columns else pl.lit(None)).cast(pl.Int64).alias("row"))
        shown = self.params.get("value")
        value = (
            pl.col("value").cast(pl.String)
            if self.cells is not None and "value" in cells.columns
            else pl.lit(None if shown is None else words.show(shown), dtype=pl.String).alias("value")
        )
        rows = cells.select(*place, value)
        params = {"column": self.column, **self.params}
        varying = {name: pl.col(name).fill_null("–") for name in PLACE}
        if "value" not in self.params:
            varying["value"] = pl.col("value").fill_null("–")
        key = f"finding.{self.code}"
        return rows.select(
            pl.lit(self.severity).alias("severity"),
            pl.lit(self.code).alias("code"),
            "area",
            "area_name",
            "period",
            pl.lit(self.column, dtype=pl.String).alias("column"),
            "value",
            *(words.expr(f"{key}.{part}", params, varying).alias(part) for part in ("expected", "message")),
            self._hint(words, params, varying).alias("hint"),
            *ORIGIN,
            "scenario",
        )

    def _hint(self, words: Messages, params: Mapping[str, Any], varying: Mapping[str, pl.Expr]) -> pl.Expr:
        hints = [words.expr(key, params, varying) for key in self._hints(words)]
        return pl.concat_str(hints, separator=" ") if hints else pl.lit(None, dtype=pl.String)

    def line(self, lang: Lang) -> str:
        """The finding in one line for people, its areas counted and named."""
        words = messages(lang)
        params = {"column": self.column, "value": "", **self.params}
        text = words.text(f"finding.{self.code}.group", **params)
        if params.get("name") == "":  # several columns, without their names
            text = text.replace(f"{self.column} :", f"{self.column}:")
        hint = " ".join(words.text(key, **params) for key in self._hints(words))
        where = self.places(lang)
        return f"{text}{where}" + (f"\n    → {hint}" if hint else "")

    def _hints(self, words: Messages) -> list[str]:
        """What to do: the plugin that is missing, the nearest known name where there is one, the advice of the code."""
        keys = [f"finding.{self.code}.{part}" for part in ("absent", "near") if self.params.get(part) is not None]
        return [key for key in (*keys, f"finding.{self.code}.hint") if words.has(key)]

    def places(self, lang: Lang) -> str:
        """The areas where it stands, counted and named."""
        if self.cells is None or not {"area_name", "value"} & set(self.cells.columns):
            return ""
        cells = self.cells
        names = cells["area_name"].cast(pl.String) if "area_name" in cells.columns else pl.Series([None] * cells.height)
        values = cells["value"].cast(pl.String) if "value" in cells.columns else pl.Series([None] * cells.height)
        ids = cells["scenario"] if "scenario" in cells.columns else pl.Series([None] * cells.height)
        shown = [
            (str(name or value) if not (name and value) else f"{name} ({value})")
            + (f" [{scenario}]" if scenario and scenario != UNCHANGED else "")
            for name, value, scenario in zip(names[:NAMES_SHOWN], values[:NAMES_SHOWN], ids[:NAMES_SHOWN], strict=True)
        ]
        more = "…" if self.count > NAMES_SHOWN else ""
        return messages(lang).text("label.places", n=self.count, names=", ".join(shown) + (", " + more if more else ""))


def _as_tuple(items: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(items)


@frozen
class Findings:
    """An ordered collection of findings: what stands first is shown first.

    >>> found = Findings([Finding(code="unknown_column", severity="warning", column="remark")])
    >>> len(found.errors), found.counts()
    (0, {'error': 0, 'warning': 1, 'info': 0})
    """

    __module__ = "piikit.types"

    items: tuple[Finding, ...] = field(default=(), converter=_as_tuple)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __add__(self, other: Iterable[Finding]) -> Findings:
        return Findings((*self.items, *other))

    def of(self, *severities: str) -> Findings:
        """Those of the named severities."""
        return Findings(tuple(item for item in self.items if item.severity in severities))

    @property
    def errors(self) -> Findings:
        """Those of severity error."""
        return self.of("error")

    def sorted(self) -> Findings:
        """The warning on the edition itself first, then errors, warnings, infos; otherwise as found."""
        order = {severity: place for place, severity in enumerate(SEVERITIES)}
        return Findings(tuple(sorted(self.items, key=lambda item: (item.code not in FIRST, order[item.severity]))))

    def counts(self) -> dict[str, int]:
        """How many rows there are of each severity."""
        return {severity: sum(item.count for item in self.of(severity)) for severity in SEVERITIES}

    def frame(self, lang: Lang) -> pl.DataFrame:
        """All findings as one frame, a row a place."""
        frames = [item.frame(lang) for item in self.sorted()]
        return pl.concat(frames) if frames else pl.DataFrame(schema=SCHEMA)

    def grouped(self, lang: Lang) -> str:
        """All findings for people: a line a kind and column, grouped by severity."""
        lines = []
        for severity in SEVERITIES:
            group = self.of(severity)
            if group:
                count = sum(item.count for item in group)
                lines.append(f"{messages(lang).text(f'severity.{severity}', n=count)} ({count})")
                lines += [f"  - {item.line(lang)}" for item in group.merged(lang)]
        return "\n".join(lines)

    def merged(self, lang: Lang) -> Findings:
        """For reading: findings that say the same of several columns at the same places as one."""
        alike: dict[str, list[Finding]] = {}
        for item in self.items:
            params = {key: value for key, value in item.params.items() if key != "name"}
            alike.setdefault(f"{item.code} {params} {item.places(lang)}", []).append(item)
        return Findings(_together(items, lang) for items in alike.values())


def _together(items: list[Finding], lang: Lang) -> Finding:
    columns = [str(item.column) for item in items]
    if len(items) == 1 or len(set(columns)) == 1:
        return items[0]
    shown = ", ".join(columns[:NAMES_SHOWN])
    more = len(columns) - NAMES_SHOWN
    column = messages(lang).text("label.many", shown=shown, n=more) if more > 0 else shown
    params = {**items[0].params, "name": ""} if "name" in items[0].params else items[0].params
    return evolve(items[0], column=column, params=params)

"""The table iMeta of a COINr project: a row an indicator, aggregate, group, denominator or other column of iData."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
from attrs import frozen

from piikit.files.folder import read_headed
from piikit.files.headers import tidy
from piikit.files.origins import Read
from piikit.files.read import read, read_table
from piikit.findings.finding import Finding

KINDS = ("Indicator", "Aggregate", "Group", "Denominator", "Other")
NEEDED = ("iCode", "Type", "Level", "Parent", "Weight", "Direction")
TEXTS = ("iCode", "Type", "Parent", "iName", "Unit", "Denominator")
NUMBERS = ("Level", "Weight", "Direction", "Target")
EMPTY = ("", "NA", "NaN")
"""What R writes where there is nothing."""
WANTED = {
    "Type": {"vi": "một trong: " + ", ".join(KINDS), "en": "one of " + ", ".join(KINDS)},
    "iCode": {"vi": "một mã", "en": "a code"},
    "Level": {"vi": "một số", "en": "a number"},
    "Target": {"vi": "một số", "en": "a number"},
    "Weight": {"vi": "số từ 0 trở lên", "en": "a number, 0 or more"},
    "Direction": {"vi": "1 (cao hơn là tốt) hoặc -1 (thấp hơn là tốt)", "en": "1 (higher is better) or -1 (lower)"},
}


@frozen(kw_only=True)
class Meta:
    """One row of iMeta.

    Attributes:
        code: `iCode`, as it is written there.
        kind: `Type`.
        level, weight, direction, target: None where the cell is empty.
    """

    code: str
    kind: str
    parent: str | None = None
    name: str | None = None
    unit: str | None = None
    denominator: str | None = None
    level: float | None = None
    weight: float | None = None
    direction: float | None = None
    target: float | None = None

    @property
    def is_node(self) -> bool:
        """Whether it stands in the tree."""
        return self.kind in ("Indicator", "Aggregate")


def read_meta(source: Any) -> tuple[list[Meta], list[Finding]]:
    """The rows of iMeta, and what is wrong with them.

    Raises:
        UsageError: no table at all.
        InputError: the form of the file is at fault.
    """
    frame = read_table(read_named(source, "iCode"))
    missing = [name for name in NEEDED if name not in frame.columns]
    if missing:
        params = {"table": "iMeta", "columns": frame.columns}
        return [], [Finding(code="missing_key", column=name, params=params) for name in missing]
    found = [
        Finding(code="coinr_unknown_field", severity="warning", column=name)
        for name in frame.columns
        if name not in (*TEXTS, *NUMBERS)
    ]
    rows = [_texts(row) for row in frame.iter_rows(named=True)]
    metas: list[Meta] = []
    for place, row in enumerate(row for row in rows if any(cell is not None for cell in row.values())):
        meta, wrong = _meta(row, place)
        metas += [meta] if meta is not None else []
        found += wrong
    return metas, [*found, *_twice(metas)]


def read_named(source: Any, key: str) -> Read:
    """A table whose header names the column `key`: a frame, or a file, of a workbook the sheet that has it.

    Raises:
        UsageError: no table at all.
    """
    return (
        read_headed(source, lambda texts: key in map(tidy, texts)) if isinstance(source, str | Path) else read(source)
    )


def _texts(row: dict[str, Any]) -> dict[str, str | None]:
    """Cells as text; what R and spreadsheets leave empty is None."""
    texts = {name: None if cell is None else str(cell).strip() for name, cell in row.items()}
    return {name: None if text in EMPTY else text for name, text in texts.items()}


def _meta(row: dict[str, str | None], place: int) -> tuple[Meta | None, list[Finding]]:
    code = row["iCode"]
    where = code or f"[{place + 1}]"
    if code is None:
        return None, [_bad("iCode", where, None)]
    kind = next((kind for kind in KINDS if kind.casefold() == (row["Type"] or "").casefold()), None)
    if kind is None:
        return None, [_bad("Type", where, row["Type"])]
    found: list[Finding] = []
    figures: dict[str, float | None] = {}
    for name in NUMBERS:
        text = row.get(name)
        figures[name] = _number(text)
        bad = text is not None and figures[name] is None
        if kind == "Indicator" and name == "Direction":
            bad = bad or figures[name] not in (1, -1)
        if name == "Weight" and figures[name] is not None:
            bad = bad or figures[name] < 0  # type: ignore[operator]
        if bad and kind in ("Indicator", "Aggregate"):
            found.append(_bad(name, where, text))
    meta = Meta(
        code=code,
        kind=kind,
        parent=row["Parent"],
        name=row.get("iName"),
        unit=row.get("Unit"),
        denominator=row.get("Denominator"),
        level=figures["Level"],
        weight=figures["Weight"],
        direction=figures["Direction"],
        target=figures["Target"],
    )
    return meta, found


def _number(text: str | None) -> float | None:
    """A number as R writes it: with a decimal point, or a comma from `write.csv2`, and never with thousands marks."""
    try:
        number = float((text or "").replace(",", "."))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _bad(column: str, code: str, value: str | None) -> Finding:
    wanted = WANTED[column]
    params = {"node": code, "value": value if value is not None else "–", "wanted": wanted}
    return Finding(code="coinr_bad_cell", column=column, params=params)


def _twice(metas: Sequence[Meta]) -> list[Finding]:
    codes = pl.Series([meta.code for meta in metas], dtype=pl.String)
    doubled = codes.filter(codes.is_duplicated()).unique(maintain_order=True)
    return [Finding(code="coinr_duplicate_code", column="iCode", params={"value": code}) for code in doubled]

"""Results from elsewhere in a wide table, a column a node, as COINr gives them: the long table that is compared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
from attrs import evolve

from piikit.files.folder import read_headed
from piikit.files.headers import is_header, tidy
from piikit.files.origins import relaxed
from piikit.files.read import read
from piikit.findings.finding import HIDDEN
from piikit.findings.paths import path_of
from piikit.findings.unknown import misspelt
from piikit.framework.edition import Edition

KEYS = {"uCode": "area", "Time": "period"}
"""What COINr calls the keys of a row."""
TEXT = "@"
"""What marks a column while it is turned; no code has this sign."""


def as_long(table: Any, edition: Edition) -> Any:
    """A wide table of scores as area, period, code and score; any other table as it is.

    A table is wide where it has no column `code` and has columns named as nodes of the edition. Columns that are no
    nodes, such as names and groups, are left out; one that is nearly named as a node stays, to be said as a fault.
    """
    # The header of a file is the row with the name of a key, whichever of the two it bears.
    own = isinstance(table, str | Path) and path_of(table).is_file()
    found = read_headed(table, _heads) if own else read(table)
    frame = found.frame
    codes = [name for name in frame.columns if name in edition.nodes]
    if "code" in frame.columns or not codes:
        return found
    names = {own: key for own, key in KEYS.items() if own in frame.columns and key not in frame.columns}
    frame = frame.rename(names)
    keys = [name for name in ("area", "period", *HIDDEN.values()) if name in frame.columns]
    known = [*edition.nodes, *keys]
    kept = [
        name
        for name in frame.columns
        if name in edition.nodes or (name not in (*keys, "area_name", "uName", "scenario") and misspelt(name, known))
    ]
    groups = {peers.column for peers in edition.groups.values()}
    kept = [name for name in kept if name not in groups]
    single = relaxed([frame.select(pl.col(name).alias(TEXT)) for name in kept])
    cells = frame.select(keys).hstack([part[TEXT].alias(name) for part, name in zip(single, kept, strict=True)])
    # A missing figure of a wide table is no row of a long one.
    long = cells.unpivot(kept, index=keys, variable_name="code", value_name="score")
    if long.schema["score"] == pl.String:
        long = long.with_columns(pl.col("score").replace({"NA": None, "": None}))
    return evolve(found, frame=long.drop_nulls("score"))


def _heads(texts: Any) -> bool:
    row = list(texts)
    return is_header(row) or "uCode" in map(tidy, row)

"""Groups of areas that an edition's methods name: the data must bring the column that says who belongs where."""

from __future__ import annotations

import polars as pl

from piikit.files.wide_columns import value_column
from piikit.findings.finding import Finding
from piikit.framework.edition import Edition


def absent_groups(frame: pl.DataFrame, edition: Edition) -> list[Finding]:
    """An error for each group column that imputation needs and the data do not have."""
    needed: dict[str, list[str]] = {}
    for code in edition.indicators:
        use = edition.nodes[code].impute
        if use is None or "group" not in use.params:
            continue
        name = str(use.params["group"])
        peers = edition.group(name)
        column = peers.column if peers is not None else name
        if column is not None and column not in frame.columns and value_column(code) in frame.columns:
            needed.setdefault(column, []).append(code)
    return [
        Finding(code="absent_group", column=name, params={"codes": codes, "value": name})
        for name, codes in needed.items()
    ]

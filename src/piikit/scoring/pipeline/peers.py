"""Groups of areas that have a method of their own: which rows are in them, and the parts of an indicator's values."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from piikit.framework.edition import Edition, MethodUse

MARK = "@"
"""Between the code of an indicator and the name of a group; codes do not have it."""


def plain(code: str) -> str:
    """The code of the indicator that a part belongs to."""
    return code.partition(MARK)[0]


def members(group: str, edition: Edition) -> list[tuple[str, pl.Expr]]:
    """The sets of peers of a group, each with a name and whether a row is in it: one, or one a region."""
    peers = edition.groups[group]
    if peers.areas is not None:
        return [(group, pl.col("area").is_in(list(peers.areas)))]
    regions = dict.fromkeys(area.region for area in edition.areas.areas if area.region) if edition.areas else {}
    # A row without a region is in none.
    return [(f"{group} {name}", (pl.col(peers.column or group) == name).fill_null(False)) for name in regions]


def grouped(code: str, values: pl.Expr, use: MethodUse, edition: Edition) -> Iterator[tuple[str, MethodUse, pl.Expr]]:
    """The parts of an indicator that are normalised by themselves, each with its method and its values.

    Without groups this is the indicator. Else the areas of each set of peers are a part, under a code of its own, and
    the areas that are in none are the last: outside a part its values are null, so that its ends are its own.
    """
    if not use.groups:
        yield code, use, values
        return
    others = pl.lit(True)
    for name, own in use.groups.items():
        for part, inside in members(name, edition):
            yield f"{code}{MARK}{part}", own, pl.when(others & inside).then(values)
        others = others & ~pl.any_horizontal(*(inside for _, inside in members(name, edition)))
    yield f"{code}{MARK}", use, pl.when(others).then(values)

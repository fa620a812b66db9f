"""Time the checks of cells beside the bare compiled expressions and beside jsonschema row by row."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from jsonschema import Draft202012Validator

from piikit.framework.documents import item_schemas
from piikit.inputs.checks.cells import Rules, check_cells
from piikit.inputs.checks.rules import compile_item

sys.path.insert(0, str(Path(__file__).parent))
from timing import milliseconds, peak

SEED = 20240730
ROWS = 1_000_000
SAMPLE = 20_000
BAD = 0.001
REPEATS = 15
LIMIT_BARE = 1.5
LIMIT_SCHEMA = 100.0


def items() -> dict[str, dict[str, Any]]:
    """Six shipped items with a minimum and a maximum."""
    both = {name: schema for name, schema in item_schemas().items() if {"minimum", "maximum"} <= set(schema)}
    return dict(list(both.items())[:6])


def table(schemas: dict[str, dict[str, Any]], rng: np.random.Generator) -> pl.DataFrame:
    """Numbers inside the limits, but for one cell in a thousand: below, above, NaN or infinite; some are missing."""
    columns: dict[str, Any] = {}
    for name, schema in schemas.items():
        low, high = float(schema["minimum"]), float(schema["maximum"])
        values = rng.uniform(low, high, ROWS)
        if schema["type"] == "integer":
            values = np.floor(values)
        bad = rng.random(ROWS) < BAD
        wrong = np.stack([low - rng.uniform(1, 9, ROWS), high + rng.uniform(1, 9, ROWS)])
        values[bad] = wrong[rng.integers(0, 2, ROWS), np.arange(ROWS)][bad]
        values[rng.integers(0, ROWS, 5)] = np.nan
        values[rng.integers(0, ROWS, 5)] = np.inf
        columns[name] = pl.Series(values).set(pl.Series(rng.random(ROWS) < 0.01), None)
    keys = {"area": [f"{number % 63:02}" for number in range(ROWS)], "period": ["2024"] * ROWS}
    return pl.DataFrame({**keys, "area_name": keys["area"], **columns})


def bare_plan(schemas: dict[str, dict[str, Any]]) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """The same limits written by hand: one select of the rows in which some cell fails."""
    sound = []
    for name, schema in schemas.items():
        x = pl.col(name)
        inside = x.is_between(float(schema["minimum"]), float(schema["maximum"]))
        sound.append(inside & (x.floor() == x) if schema["type"] == "integer" else inside)
    failing = ~pl.all_horizontal(sound)
    keys = ["area", "period", *schemas]
    return lambda frame: frame.lazy().filter(failing).select(keys).collect(engine="in-memory")


def by_rows(frame: pl.DataFrame, schemas: dict[str, dict[str, Any]]) -> int:
    """How many cells jsonschema finds fault with, a row at a time; a missing cell is left out of its row."""
    validator = Draft202012Validator({"type": "object", "properties": schemas})
    return sum(
        len(list(validator.iter_errors({key: value for key, value in row.items() if value is not None})))
        for row in frame.iter_rows(named=True)
    )


def main() -> None:
    """Print the three times, their ratios and the memory."""
    schemas = items()
    rules = Rules(rules={name: compile_item(name, schema) for name, schema in schemas.items()}, whole=())
    frame = table(schemas, np.random.default_rng(SEED))
    bare = bare_plan(schemas)
    named = sum(finding.count for finding in check_cells(frame, rules)[1])
    sample = frame.select(list(schemas)).head(SAMPLE)
    ours = sum(f.count for f in check_cells(frame.head(SAMPLE), rules)[1] if f.code != "not_finite")
    # NaN passes every limit in Python, and so in jsonschema; to piikit it is not finite.
    finite = sample.with_columns(pl.when(pl.all().is_finite()).then(pl.all()))
    theirs = by_rows(finite, schemas)
    if ours != theirs:
        raise SystemExit(f"the two sides differ on the sample: {ours} and {theirs} cells")
    before = peak()
    mine, hand = milliseconds(lambda: check_cells(frame, rules), lambda: bare(frame), repeats=REPEATS)
    start = time.perf_counter()
    by_rows(finite, schemas)
    rows = (time.perf_counter() - start) * 1e3 * (ROWS / SAMPLE)
    print(f"{ROWS:,} rows x {len(schemas)} columns, {named:,} cells with a finding: {', '.join(schemas)}")
    print(f"{'check_cells of piikit':<52}{mine:>12.1f} ms")
    print(f"{'bare expressions by hand, failing rows returned':<52}{hand:>12.1f} ms")
    print(f"{f'jsonschema row by row, {SAMPLE:,} rows scaled to {ROWS:,}':<52}{rows:>12.1f} ms")
    print(f"{'piikit / bare':<52}{mine / hand:>12.2f}    limit {LIMIT_BARE}")
    print(f"{'jsonschema / piikit':<52}{rows / mine:>12.0f}    at least {LIMIT_SCHEMA:.0f}")
    print(f"{'peak memory, with the table itself':<52}{peak():>12.0f} MB")
    print(f"{'of it added by the timed runs':<52}{peak() - before:>12.0f} MB")


if __name__ == "__main__":
    main()

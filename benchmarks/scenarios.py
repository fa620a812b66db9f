"""1,000 scenarios of 63 areas x 52 indicators: piikit beside the same polars plan written bare, on the same rows.

The bare plan is handed the rows of all scenarios ready made and finds nothing out about them; piikit starts from the
data of the base and the scenarios.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import polars as pl

import piikit
from piikit.framework.edition import Edition

sys.path.insert(0, str(Path(__file__).parent))
from bare import UNOPTIMISED, Tables
from run import agree, indicator_values
from timing import milliseconds, peak

SEED = 20240730
SCENARIOS = 1_000
CHANGES = 5
REPEATS = 9
LIMIT = 2.0
COHORT = "scenario"


def bare_plan(edition: Edition, *, fixed: bool) -> Callable[[pl.DataFrame], Tables]:
    """A function from the rows of base and scenarios, the base first, to the tables of scores and ranks.

    Ends of each scenario joined by its number: faster than windows over the number, and than text for a key. The ends
    of the base are numbers in the expressions. Ranks are windows over the number.
    """
    nodes = edition.nodes
    sign = {code: -1.0 if nodes[code].direction == "lower" else 1.0 for code in edition.indicators}
    turned = {code: pl.col(code) * sign[code] for code in edition.indicators}
    height: dict[str, int] = {}
    for code in reversed(nodes):
        height[code] = 1 + max(height[child] for child in nodes[code].children) if nodes[code].children else 0
    levels = [
        [
            pl.mean_horizontal(
                *(f"s{child}" for child in nodes[code].children), ignore_nulls=nodes[code].min_coverage < 1
            ).alias(f"s{code}")
            for code in nodes
            if height[code] == level
        ]
        for level in range(1, max(height.values()) + 1)
    ]
    ranks = [pl.col(f"s{code}").round(9).rank("min", descending=True).over(COHORT).alias(f"r{code}") for code in nodes]
    ends = [e for code, x in turned.items() for e in (x.min().alias(f"l{code}"), x.max().alias(f"h{code}"))]
    slopes = [(100.0 / (pl.col(f"h{code}") - pl.col(f"l{code}"))).alias(f"k{code}") for code in turned]
    joined = [((x - pl.col(f"l{code}")) * pl.col(f"k{code}")).alias(f"s{code}") for code, x in turned.items()]
    areas = len(edition.areas) if edition.areas else 0

    def run(frame: pl.DataFrame) -> Tables:
        if fixed:
            own = frame.head(areas).select(ends).row(0, named=True)
            scores = [
                ((x - own[f"l{code}"]) * (100.0 / (own[f"h{code}"] - own[f"l{code}"]))).alias(f"s{code}")
                for code, x in turned.items()
            ]
            plan = frame.lazy().with_columns(scores)
        else:
            bounds = frame.lazy().group_by(COHORT).agg(ends).with_columns(slopes)
            plan = frame.lazy().join(bounds, on=COHORT, how="left", maintain_order="left").with_columns(joined)
        for level in levels:
            plan = plan.with_columns(level)
        wide = plan.with_columns(ranks).collect(engine="in-memory", optimizations=UNOPTIMISED)
        tables = []
        for prefix in ("s", "r"):
            table = wide[["area", COHORT, *(f"{prefix}{code}" for code in nodes)]]
            table.columns = ["area", COHORT, *nodes]
            tables.append(table)
        return tables[0], tables[1]

    return run


def drawn(edition: Edition, frame: pl.DataFrame, bounds: str, rng: np.random.Generator) -> list[piikit.Scenario]:
    """Scenarios that each change a few values of some areas."""
    codes, areas = list(edition.indicators), frame["area"].to_list()
    tops = {code: frame[code].max() for code in codes}
    return [
        piikit.Scenario(
            id=f"s{number}",
            bounds=bounds,
            changes=[
                {
                    "value": code,
                    "set": float(rng.uniform(0, tops[code])),
                    "areas": rng.choice(areas, 3, replace=False).tolist(),
                }
                for code in rng.choice(codes, CHANGES, replace=False).tolist()
            ],
        )
        for number in range(SCENARIOS)
    ]


def rows_of(frame: pl.DataFrame, scenarios: Sequence[piikit.Scenario]) -> pl.DataFrame:
    """The rows of the base and of all scenarios, as the bare plan takes them."""
    areas = {area: place for place, area in enumerate(frame["area"])}
    many = len(scenarios) + 1
    columns = {code: np.tile(frame[code].to_numpy(), many) for code in frame.columns if code not in {"area", "period"}}
    for number, scenario in enumerate(scenarios, 1):
        for change in scenario.changes:
            places = [number * len(areas) + areas[area] for area in change.areas or ()]
            columns[change.name][places] = change.figure
    keys = {"area": frame["area"].to_list() * many, COHORT: np.repeat(np.arange(many), len(areas))}
    return pl.DataFrame({**keys, **columns})


def main() -> None:
    """Print a line for each rule of bounds: both times, their ratio and the memory."""
    engine = piikit.Engine()
    edition = engine.edition("pii-2024")
    rng = np.random.default_rng(SEED)
    frame = indicator_values(edition, 63, rng)
    gc.disable()
    print(f"{'job':<52}{'piikit ms':>12}{'bare ms':>12}{'ratio':>8}{'limit':>8}")
    for bounds in ("moving", "fixed"):
        scenarios = drawn(edition, frame, bounds, rng)
        rows = rows_of(frame, scenarios)
        bare = bare_plan(edition, fixed=bounds == "fixed")

        def ours(scenarios: Sequence[piikit.Scenario] = scenarios) -> Tables:
            result = engine.evaluate(frame, edition, scenarios=scenarios)
            return result.table("score").drop("area_name", "period"), result.table("rank").drop("area_name", "period")

        agree(ours(), bare(rows))
        before = peak()
        mine, hand = milliseconds(ours, lambda rows=rows, bare=bare: bare(rows), repeats=REPEATS)
        name = f"{SCENARIOS:,} scenarios of 63 x 52, {bounds} bounds"
        print(f"{name:<52}{mine:>12.1f}{hand:>12.1f}{mine / hand:>8.2f}{LIMIT:>8.1f}")
        print(f"{'peak memory so far':<52}{peak():>12.0f} MB, {peak() - before:.0f} MB of it in the timed runs")


if __name__ == "__main__":
    main()

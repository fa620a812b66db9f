"""Time piikit beside the same work written bare: `make bench`."""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

import piikit
from piikit.framework.edition import Edition

sys.path.insert(0, str(Path(__file__).parent))
from bare import Tables, bare_plan

SEED = 20240730
REPEATS = {63: 200, 100_000: 7}
LIMITS = {63: 2.0, 100_000: 1.3}


def indicator_values(edition: Edition, areas: int, rng: np.random.Generator) -> pl.DataFrame:
    """A complete table of indicator values inside the ranges of their units."""
    columns: dict[str, Any] = {}
    for code in edition.indicators:
        unit = edition.nodes[code].unit
        top = unit.upper if unit and unit.upper else 1000.0
        columns[code] = rng.beta(2, 5, areas) * top
    names = edition.areas.codes if edition.areas else [f"area-{number}" for number in range(areas)]
    return pl.DataFrame({"area": names, "period": [edition.period] * areas, **columns})


def raw_items(edition: Edition, areas: int, rng: np.random.Generator) -> pl.DataFrame:
    """A complete table of raw items: the sample data, drawn again with noise for more areas."""
    sample = pl.read_csv(piikit.sample()).drop("status", "area", "period")
    rows = sample[rng.integers(0, sample.height, areas)] if areas != sample.height else sample
    names = edition.areas.codes if edition.areas else [f"area-{number}" for number in range(areas)]
    return pl.DataFrame({"area": names, "period": [edition.period] * areas}).hstack(rows)


def bare_for(edition: Edition, *, items: bool) -> Callable[[pl.DataFrame], Tables]:
    """The bare plan of an edition."""
    nodes = edition.nodes
    values = {code: pl.col(code) for code in edition.indicators}
    if items:
        values = {code: plugin.value for code in edition.indicators if (plugin := nodes[code].indicator)}
    return bare_plan(
        {code: node.children for code, node in nodes.items() if node.children},
        {code for code, node in nodes.items() if node.min_coverage >= 1},
        list(nodes),
        values,
    )


def agree(ours: Tables, bare: Tables) -> None:
    """Both sides must give the same figures, or the comparison means nothing."""
    codes = bare[0].columns[2:]
    gap = np.nanmax(np.abs(ours[0].select(codes).to_numpy() - bare[0].select(codes).to_numpy()))
    same = (ours[1].select(codes).cast(pl.UInt32).to_numpy() == bare[1].select(codes).to_numpy()).all()
    if gap > 1e-9 or not same:
        raise SystemExit(f"the two sides differ: scores by {gap}, ranks {'equal' if same else 'different'}")


def taking_turns(ours: Callable[[], Any], bare: Callable[[], Any], repeats: int) -> tuple[list[float], list[float]]:
    """Times in milliseconds, the two sides one after the other, after three runs to warm up."""
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(repeats + 3):
        for side, job in enumerate((ours, bare)):
            gc.collect() if repeats < 20 else None
            start = time.perf_counter()
            job()
            if number >= 3:
                times[side].append((time.perf_counter() - start) * 1e3)
    return times


def main() -> None:
    """Print one line a job: both times and their ratio."""
    engine = piikit.Engine()
    listed = engine.edition("pii-2024")
    document = {key: value for key, value in listed.document.items() if key != "areas"} | {"id": "pii-2024-any-area"}
    unlisted = engine.edition(document)
    rng = np.random.default_rng(SEED)
    gc.disable()
    print(f"{'job':<44}{'piikit ms':>12}{'bare ms':>12}{'ratio':>8}{'of minima':>11}{'limit':>8}")
    for areas, edition in ((63, listed), (100_000, unlisted)):
        for kind, make in (("values", indicator_values), ("items", raw_items)):
            frame = make(edition, areas, rng)
            bare = bare_for(edition, items=kind == "items")

            def ours(frame: pl.DataFrame = frame, edition: Edition = edition) -> Tables:
                result = engine.evaluate(frame, edition)
                return result.table("score"), result.table("rank")

            agree(ours(), bare(frame))
            times = taking_turns(ours, lambda frame=frame, bare=bare: bare(frame), REPEATS[areas])
            mine, hand = (statistics.median(side) for side in times)
            name = f"evaluate {areas:,} x 52 from {kind}"
            print(
                f"{name:<44}{mine:>12.2f}{hand:>12.2f}{mine / hand:>8.2f}"
                f"{min(times[0]) / min(times[1]):>11.2f}{LIMITS[areas]:>8.1f}"
            )


if __name__ == "__main__":
    main()

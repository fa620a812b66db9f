"""Every shipped edition, and editions drawn at random, agree with the slow reference."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Mapping
from importlib import resources
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import piikit
import reference
from agreement import disagreements
from formulas import FORMULAS_2024, ITEMS, indicator_values
from strategies import Drawn, drawn

SHIPPED = ("pii-2023", "pii-2024", "pii-2025")


def shipped_document(edition: str) -> dict[str, Any]:
    """An edition's document with the list of its areas written out."""
    data = resources.files("piikit") / "data"
    document = json.loads((data / "editions" / f"{edition}.json").read_text(encoding="utf-8"))
    areas = json.loads((data / "areas" / f"{document['areas']}.json").read_text(encoding="utf-8"))
    return {**document, "areas": areas["areas"]}


def codes_of(document: Mapping[str, Any]) -> list[str]:
    return [node["code"] for node in document["nodes"] if node["level"] == "indicator"]


def seeded_values(document: Mapping[str, Any], seed: int) -> reference.Values:
    """Values from 0 to 1, which is inside the range of every unit; a tenth missing, some equal."""
    source = random.Random(seed)
    codes = codes_of(document)
    return {
        (area["code"], document["period"]): {
            code: None if source.random() < 0.1 else round(source.random(), 2) for code in codes
        }
        for area in document["areas"]
    }


def frame_of(values: reference.Values, codes: list[str]) -> pl.DataFrame:
    schema = {"area": pl.String, "period": pl.String, **dict.fromkeys(codes, pl.Float64)}
    return pl.DataFrame([{"area": a, "period": p, **row} for (a, p), row in values.items()], schema=schema)


def test_sample_data_of_2024_from_raw_items(engine: piikit.Engine) -> None:
    document = shipped_document("pii-2024")
    codes = {area["name"]: area["code"] for area in document["areas"]}
    values = {}
    with piikit.sample().open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            key = (codes[row["area"]], row["period"])
            values[key] = indicator_values({item: float(row[item]) if row[item] else None for item in ITEMS})
    assert sorted(FORMULAS_2024) == sorted(codes_of(document))
    result = engine.evaluate(piikit.sample(), "pii-2024")
    assert disagreements(result, reference.evaluate(document, values)) == []


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("edition", SHIPPED)
def test_shipped_edition_on_values_with_gaps(edition: str, seed: int, engine: piikit.Engine) -> None:
    document = shipped_document(edition)
    values = seeded_values(document, seed)
    result = engine.evaluate(frame_of(values, codes_of(document)), edition)
    assert disagreements(result, reference.evaluate(document, values)) == []


@pytest.mark.parametrize("edition", SHIPPED)
def test_shipped_edition_where_areas_are_absent_and_figures_published(edition: str, engine: piikit.Engine) -> None:
    document = shipped_document(edition)
    values = dict(list(seeded_values(document, 3).items())[:20])
    first, second, *_ = values
    scores = {first: {"1": 61.25, "2.1": 40.5}, second: {"PII": 55.0}}
    ranks = {first: {"PII": 3}, second: {"PII": 4, "6.1.1": 9}}
    bounds = {("1.1.1", document["period"]): (0.25, 0.75)}
    rows = [
        {"area": key[0], "code": code, "score": scores.get(key, {}).get(code), "rank": ranks.get(key, {}).get(code)}
        for key in (first, second)
        for code in sorted({*scores.get(key, {}), *ranks.get(key, {})})
    ]
    result = engine.evaluate(
        frame_of(values, codes_of(document)),
        edition,
        scores=pl.DataFrame(rows),
        bounds=pl.DataFrame({"code": ["1.1.1"], "lower": [0.25], "upper": [0.75]}),
    )
    expected = reference.evaluate(document, values, scores=scores, ranks=ranks, bounds=bounds)
    assert disagreements(result, expected) == []


@given(case=drawn())
def test_drawn_editions(case: Drawn, engine: piikit.Engine) -> None:
    result = engine.evaluate(case.table(), case.document)
    assert disagreements(result, reference.evaluate(case.document, case.values)) == []


@given(case=drawn(cohorts=["period"]), data=st.data())
def test_drawn_editions_with_published_figures(case: Drawn, data: st.DataObject, engine: piikit.Engine) -> None:
    codes = [node["code"] for node in case.document["nodes"]]
    keys = list(case.values)
    last = len(case.document.get("areas", range(9)))
    places = data.draw(
        st.lists(st.tuples(st.sampled_from(keys), st.sampled_from(codes)), min_size=1, max_size=6, unique=True)
    )
    scores: dict[reference.Key, dict[str, float]] = {}
    ranks: dict[reference.Key, dict[str, int]] = {}
    rows = []
    for key, code in places:
        score = data.draw(st.none() | st.integers(0, 400).map(lambda n: n / 4))
        rank = data.draw(st.integers(1, last) if score is None else st.none() | st.integers(1, last))
        scores.setdefault(key, {}).update({code: score} if score is not None else {})
        ranks.setdefault(key, {}).update({code: rank} if rank is not None else {})
        rows.append({"area": key[0], "period": key[1], "code": code, "score": score, "rank": rank})
    result = engine.evaluate(
        case.table(), case.document, scores=pl.DataFrame(rows, schema_overrides={"score": pl.Float64, "rank": pl.Int64})
    )
    expected = reference.evaluate(case.document, case.values, scores=scores, ranks=ranks)
    assert disagreements(result, expected) == []


@given(case=drawn(cohorts=["period"], normalises=["min_max", "goalposts"]), data=st.data())
def test_drawn_editions_with_published_bounds(case: Drawn, data: st.DataObject, engine: piikit.Engine) -> None:
    periods = sorted({period for _, period in case.values})
    bounds = {}
    for code in case.indicators:
        if data.draw(st.booleans()):
            lower = data.draw(st.integers(-10, 10))
            bounds[code, data.draw(st.sampled_from(periods))] = (lower, lower + data.draw(st.integers(1, 20)))
    frame = pl.DataFrame(
        [{"code": c, "period": p, "lower": ends[0], "upper": ends[1]} for (c, p), ends in bounds.items()],
        schema={"code": pl.String, "period": pl.String, "lower": pl.Float64, "upper": pl.Float64},
    )
    result = engine.evaluate(case.table(), case.document, bounds=frame)
    assert disagreements(result, reference.evaluate(case.document, case.values, bounds=bounds)) == []

"""Random scenarios over drawn editions, and what the slow reference makes of them."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

import reference
from strategies import Drawn, Json, Key

FIGURES = st.integers(-40, 40).map(lambda n: n / 4)


@st.composite
def changes(draw: st.DrawFn, case: Drawn) -> Json:
    """One change; weights stay above 0 where they were, so that no node is left without any."""
    nodes = {node["code"]: node for node in case.document["nodes"]}
    parents = {node.get("parent") for node in nodes.values()}
    groups = [code for code in nodes if code in parents]
    below = [code for code, node in nodes.items() if node.get("parent") is not None]
    subject = draw(st.sampled_from(["value", "value", "value", "score", "score", "weight", "method"]))
    if subject == "weight":
        return {
            "weight": draw(st.sampled_from(below)),
            **draw(st.sampled_from([{"set": 2}, {"add": 1}, {"scale": 0.5}])),
        }
    if subject == "method":
        steps = st.sampled_from(
            [{"aggregate": "mean"}, {"aggregate": "sum"}, {"missing": "null"}, {"min_coverage": 0.6}]
        )
        normal = st.sampled_from([{"normalise": "none"}, {"normalise": {"method": "min_max", "lower": 1, "upper": 10}}])
        kind = draw(st.sampled_from(["group", "indicator", "defaults"]))
        if kind == "group":
            return {"method": draw(st.sampled_from(groups)), "set": draw(steps)}
        name = "defaults" if kind == "defaults" else draw(st.sampled_from(case.indicators))
        return {"method": name, "set": draw(normal)}
    operation = draw(st.sampled_from(["set", "set", "add", "scale", "drop"]))
    figure = (
        True if operation == "drop" else draw(st.sampled_from([0.5, 2.0, -1.0]) if operation == "scale" else FIGURES)
    )
    change: Json = {
        subject: draw(st.sampled_from(case.indicators if subject == "value" else list(nodes))),
        operation: figure,
    }
    keys = list(case.values)
    if draw(st.booleans()):
        change["areas"] = draw(
            st.lists(st.sampled_from(sorted({k[0] for k in keys})), min_size=1, max_size=2, unique=True)
        )
    if draw(st.booleans()):
        change["periods"] = draw(st.lists(st.sampled_from(sorted({k[1] for k in keys})), min_size=1, unique=True))
    return change


@st.composite
def scenarios(draw: st.DrawFn, case: Drawn, *, most: int = 3) -> list[Json]:
    """Scenarios of one call, without stacks."""
    return [
        {
            "id": f"s{number}",
            "ends": draw(st.sampled_from(["fixed", "moving"])),
            "changes": draw(st.lists(changes(case), min_size=1, max_size=4)),
        }
        for number in range(draw(st.integers(1, most)))
    ]


def done(change: Json, before: float | None) -> float | None:
    """A figure after a change."""
    if "set" in change:
        return float(change["set"])
    if "drop" in change or before is None:
        return None
    return before + change["add"] if "add" in change else before * change["scale"]


def concerns(change: Json, key: Key) -> bool:
    return key[0] in change.get("areas", [key[0]]) and key[1] in change.get("periods", [key[1]])


def expected(case: Drawn, scenario: Json) -> tuple[reference.Figures, reference.Figures]:
    """What the reference gives on the changed data, with the changed edition."""
    document = copy.deepcopy(case.document)
    values = {key: dict(row) for key, row in case.values.items()}
    nodes = {node["code"]: node for node in document["nodes"]}
    scored: list[Json] = []
    for change in scenario["changes"]:
        if "weight" in change:
            node = nodes[change["weight"]]
            node["weight"] = done({**change, "drop": None} if "drop" in change else change, node.get("weight", 1))
        elif "method" in change:
            own = document.setdefault("defaults", {}) if change["method"] == "defaults" else nodes[change["method"]]
            own.update(change["set"])
        elif "value" in change:
            for key, row in values.items():
                if concerns(change, key):
                    row[change["value"]] = done(change, row.get(change["value"]))
        else:
            scored.append(change)

    def adjust(key: Key, code: str, score: float | None) -> float | None:
        for change in scored:
            if change["score"] == code and concerns(change, key):
                score = done(change, score)
        return score

    bounds = base_bounds(case, document) if scenario["ends"] == "fixed" else None
    return reference.evaluate(document, values, bounds=bounds, adjust=adjust)


def base_bounds(case: Drawn, document: Json) -> dict[tuple[str, str], tuple[float, float]]:
    """The lowest and highest of each indicator in the base; goalposts have ends of their own."""
    found = {}
    panel = document.get("defaults", {}).get("cohort") == "panel"
    for code in case.indicators:
        node = next(node for node in document["nodes"] if node["code"] == code)
        method = node.get("normalise") or document.get("defaults", {}).get("normalise", "min_max")
        if not isinstance(method, str) and method["method"] == "goalposts":
            continue
        for period in {key[1] for key in case.values}:
            held = [
                row[code]
                for key, row in case.values.items()
                if row.get(code) is not None and (panel or key[1] == period)
            ]
            # Without ends in the base there is no score: two that coincide say so to the reference.
            found[code, period] = (min(held), max(held)) if held else (0.0, 0.0)
    return found


def ids(written: Sequence[Json]) -> list[Any]:
    return [scenario["id"] for scenario in written]

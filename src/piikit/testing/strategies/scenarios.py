"""Scenario documents for an edition: changes of items, values, scores, weights and methods."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from piikit.engine import Engine, default_engine
from piikit.framework.documents import Json
from piikit.framework.edition import Edition


@st.composite
def scenarios(
    draw: st.DrawFn,
    edition: Edition | Json | str,
    *,
    engine: Engine | None = None,
    areas: Sequence[str] = (),
    max_changes: int = 3,
) -> Json:
    """A scenario document: what would be, were some figures, weights or methods different.

    Args:
        draw: given by hypothesis.
        edition: an Edition, a document, or the id of an installed one.
        engine: what the edition is taken from.
        areas: the areas that changes may be limited to; where none are given they are about all.
        max_changes: how many changes at most.

    >>> from hypothesis import find
    >>> drawn = find(scenarios("pii-2024"), lambda scenario: "weight" in scenario["changes"][0])
    >>> sorted(drawn["changes"][0])
    ['set', 'weight']
    """
    framework = (engine or default_engine()).edition(edition)
    inner = [code for code, node in framework.nodes.items() if node.children]
    subjects = {
        "item": sorted(framework.items),
        "value": list(framework.indicators),
        "score": list(framework.nodes),
        "weight": [code for code in framework.nodes if code != framework.root],
        "method": inner,
    }
    changes: list[Json] = []
    for _ in range(draw(st.integers(1, max_changes))):
        kind: str = draw(st.sampled_from([kind for kind, names in subjects.items() if names]))
        subject: str = draw(st.sampled_from(subjects[kind]))
        change: Json = {kind: subject}
        if kind == "method":
            change["set"] = {"aggregate": draw(st.sampled_from(["mean", "geometric_mean", "sum"]))}
        elif kind == "weight":
            # Above 0: a node whose children all weigh nothing is a fault.
            change["set"] = draw(st.sampled_from([0.5, 1, 2, 3]))
        else:
            change |= draw(_operation())
            if len(areas) > 0 and draw(st.booleans()):
                area: str = draw(st.sampled_from(list(areas)))
                change["areas"] = [area]
        changes.append(change)
    return {
        "id": "drawn-scenario",
        "name": {"vi": "Kịch bản thử", "en": "Drawn scenario"},
        "ends": draw(st.sampled_from(["fixed", "moving"])),
        "changes": changes,
    }


def _operation() -> st.SearchStrategy[Json]:
    figures = st.integers(0, 100)
    return st.one_of(
        figures.map(lambda n: {"set": n}),
        st.integers(-5, 5).map(lambda n: {"add": n}),
        st.sampled_from([0.5, 1, 1.1, 2]).map(lambda f: {"scale": f}),
        st.just({"drop": True}),
    )

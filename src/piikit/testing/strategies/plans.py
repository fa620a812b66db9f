"""Plan documents for an edition, with every comparison that the grammar of plans has."""

from __future__ import annotations

from typing import get_args

from hypothesis import strategies as st

from piikit.engine import Engine, default_engine
from piikit.framework.documents import Json
from piikit.framework.edition import Edition
from piikit.plans.targets import COMPARISONS, Metric

_ONE_LIST = "vn-63"  # for editions that have no installed list of areas: a plan is always about an area of one


@st.composite
def conditions(draw: st.DrawFn, *, indicator: bool = False) -> Json:
    """A condition of a target.

    Args:
        draw: given by hypothesis.
        indicator: whether it is about an indicator, which alone has a value.

    >>> from hypothesis import find
    >>> find(conditions(), lambda condition: condition["is"] == "between")["range"]
    [0, 0]
    """
    metric = draw(st.sampled_from([metric for metric in get_args(Metric) if indicator or metric != "value"]))
    comparison = draw(st.sampled_from(list(COMPARISONS)))
    needs, may = COMPARISONS[comparison]
    figure = st.integers(0, 100) if metric != "rank" else st.integers(1, 63)
    found: Json = {"metric": metric, "is": comparison}
    fitting = [key for key in needs if key != "mean_of" or metric in {"score", "value"}]
    one = draw(st.sampled_from(fitting)) if fitting else None
    if one == "value":
        found["value"] = draw(figure)
    elif one == "range":
        found["range"] = sorted([draw(figure), draw(figure)])
    elif one == "mean_of":
        found["mean_of"] = "country"
    if "each" in may and draw(st.booleans()):
        found["each"] = "year"
    if "unit" in may and metric in {"score", "value"} and draw(st.booleans()):
        found["unit"] = "percent"
    return found


@st.composite
def plans(draw: st.DrawFn, edition: Edition | str, *, engine: Engine | None = None, max_targets: int = 4) -> Json:
    """A plan document whose targets are about nodes, levels and sets of an edition, or are words alone.

    Args:
        draw: given by hypothesis.
        edition: an Edition, or the id of an installed one.
        engine: what lists of areas are taken from.
        max_targets: how many targets at most.

    >>> from hypothesis import find
    >>> plan = find(plans("pii-2024"), lambda plan: len(plan["targets"]) == 1)
    >>> plan["areas"], plan["edition"]
    ('vn-63', 'pii-2024')
    """
    engine = engine or default_engine()
    framework = engine.edition(edition)
    named = framework.areas is not None and framework.areas.id in engine.catalogue.areas
    areas = framework.areas.id if named and framework.areas is not None else _ONE_LIST
    codes = list(framework.nodes)
    sets: Json = {
        "some": {"name": {"vi": "một số", "en": "some"}, "members": draw(_members(codes))},
        "unnamed": {"name": {"vi": "chưa nêu", "en": "not named"}, "members": None},
    }
    targets = []
    for place in range(draw(st.integers(1, max_targets))):
        entry: Json = {"id": f"t{place}"}
        scope = draw(st.sampled_from(["node", "node", "level", "set", "words"]))
        if scope == "words":
            targets.append({**entry, "text": {"vi": "Phấn đấu tốt hơn", "en": "Do better"}})
            continue
        choices = {"node": codes, "level": list(framework.levels), "set": list(sets)}
        entry[scope] = draw(st.sampled_from(choices[scope]))
        alone = scope == "node" and framework.nodes[entry[scope]].is_indicator
        entry["conditions"] = draw(st.lists(conditions(indicator=alone), min_size=1, max_size=2))
        if scope != "node" and draw(st.booleans()):
            entry["need"] = {"percent": draw(st.integers(1, 100))}
        if draw(st.booleans()):
            entry["until"] = draw(st.sampled_from(["2020", framework.period, "2099"]))
        targets.append(entry)
    return {
        "id": "drawn-plan",
        "title": {"vi": "Kế hoạch thử", "en": "Drawn plan"},
        "edition": framework.id,
        "area": draw(st.sampled_from(list(engine.catalogue.areas[areas].codes))),
        "areas": areas,
        "sources": ["drawn"],
        "sets": sets,
        "targets": targets,
    }


def _members(codes: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(codes), min_size=1, max_size=4, unique=True)

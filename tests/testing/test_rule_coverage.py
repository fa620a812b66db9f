"""The coverage of rules counts what cases state, and the cases of this repository cover all that is built in."""

from __future__ import annotations

from typing import Any, get_args

import attrs
import polars as pl
import pytest

import piikit
from documents import edition, indicator
from piikit.plans.judging import STATUSES
from piikit.plans.targets import COMPARISONS, Comparison
from piikit.registry import BUILT_IN
from piikit.testing import Case, load_cases, rule_coverage
from piikit.testing.branches import BRANCHES
from places import TESTS

CASES = TESTS / "cases"


def shown(case: Case, engine: piikit.Engine) -> set[str]:
    return set(rule_coverage([case], engine).filter("covered")["rule"])


def case(*nodes: Any, scores: Any, data: Any, **more: Any) -> Case:
    return Case(id="c", title="c", edition=edition(*nodes, **more), data=data, expected={"scores": scores})


def test_the_cases_of_this_repository_show_every_rule() -> None:
    found = rule_coverage(load_cases(CASES), piikit.Engine(only=[*BUILT_IN, "bac_giang"]))
    assert found.filter(~pl.col("covered")).select("kind", "rule").rows() == []
    assert found.height >= 53 + 6 + 14 + 18 + 5


def test_rules_are_read_from_the_code(engine: piikit.Engine) -> None:
    rules = rule_coverage([], engine)
    by_kind = {kind: part["rule"].to_list() for (kind,), part in rules.group_by("kind")}
    assert by_kind["indicator"] == list(engine.catalogue.indicators)
    assert by_kind["status"] == list(STATUSES)
    assert by_kind["missing"] == list(BRANCHES)
    assert by_kind["comparison"] == [f"{name}: {s}" for name in get_args(Comparison) for s in ("met", "not_met")]
    assert set(COMPARISONS) == set(get_args(Comparison))
    assert rules["covered"].sum() == rules["cases"].sum() == 0


@pytest.mark.parametrize(
    ("nodes", "data", "stated", "branch"),
    [
        ([indicator("x"), indicator("y")], {"x": [0, 1], "y": [1, None]}, {"code": "I", "score": 100}, "left_out"),
        (
            [indicator("x"), indicator("y", weight=0)],
            {"x": [0, 1], "y": [1, None]},
            {"code": "I", "score": 100},
            "weightless",
        ),
        (
            [indicator("x"), indicator("y")],
            {"x": [0, None], "y": [1, None]},
            {"code": "I", "score": None},
            "none_present",
        ),
        ([indicator("x")], {"x": [1, None]}, {"code": "x", "value": None}, "value_missing"),
        ([indicator("x")], {"x": [1, 1]}, {"code": "x", "score": None}, "no_spread"),
        ([indicator("x")], {"x": [1, None]}, {"code": "x", "rank": None}, "no_rank"),
        ([indicator("x", indicator="pii.hdi")], {"hdi": [0.5, None]}, {"code": "x", "value": None}, "item_missing"),
    ],
)
def test_a_stated_figure_shows_the_branch_that_decided_it(
    nodes: Any, data: Any, stated: Any, branch: str, engine: piikit.Engine
) -> None:
    one = case(*nodes, scores=[{"area": "b", **stated}], data={"area": ["a", "b"], **data})
    assert shown(one, engine) & set(BRANCHES) == {branch}


def test_what_does_not_come_out_or_is_not_stated_shows_nothing(engine: piikit.Engine) -> None:
    data = {"area": ["a", "b"], "hdi": [0.5, 0.7]}
    node = indicator("x", indicator="pii.hdi")
    right = case(node, scores=[{"area": "b", "code": "x", "value": 0.7}], data=data)
    assert shown(right, engine) == {"pii.hdi"}
    wrong = case(node, scores=[{"area": "b", "code": "x", "value": 0.8}], data=data)
    assert shown(wrong, engine) == set()
    silent = attrs.evolve(right, expected={"no_findings": ["cycle"]})
    assert shown(silent, engine) == set()
    given = case(node, scores=[{"area": "b", "code": "x", "value": 0.7}], data={"area": ["a", "b"], "x": [0.5, 0.7]})
    assert shown(given, engine) == set()  # a value that was given shows no formula


def test_the_rules_of_one_plugin(engine: piikit.Engine) -> None:
    rules = rule_coverage([], engine, plugin="impact")
    assert rules["rule"].to_list() == [c for c in engine.catalogue.indicators if c in set(rules["rule"])]
    assert rules.height == 8
    with pytest.raises(piikit.UsageError, match="did you mean 'impact'"):
        rule_coverage([], engine, plugin="impct")

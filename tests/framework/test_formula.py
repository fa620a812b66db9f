"""Formulas: what is written is what is computed, and whatever else is written is a fault with its place."""

from __future__ import annotations

import math
import unicodedata
from typing import Any

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from formula_trees import FIGURES, NAMES, numbers, value
from formulas import FORMULAS_2024, ITEMS, indicator_values
from piikit.framework.formula import items_of, parse, written
from piikit.framework.formula.expression import expression
from piikit.framework.formula.problem import MAX_DEPTH, MAX_LENGTH, MAX_OPERANDS, pointed
from piikit.framework.formula.tree import Item, Number, Tree

TREES = numbers(3).filter(items_of)
ROWS = st.lists(st.fixed_dictionaries(dict.fromkeys(NAMES, FIGURES)), min_size=1, max_size=6)


def same(one: float | None, other: float | None) -> bool:
    """Whether both are the same number to the last bit, both missing, or both no value."""
    if one is None or other is None:
        return one is other
    return one == other or not (math.isfinite(one) or math.isfinite(other))


def computed(tree: Tree, rows: list[dict[str, float | None]]) -> list[float | None]:
    frame = pl.DataFrame(rows, schema=dict.fromkeys(NAMES, pl.Float64))
    return frame.select(expression(tree).cast(pl.Float64).alias("value"))["value"].to_list()


def problems(text: str, known: tuple[str, ...] = ("a", "b", "population")) -> list[tuple[str, int | None]]:
    return [(problem.code, problem.place) for problem in parse(text, known).problems]


# -- what a formula says -----------------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(tree=TREES)
def test_what_is_printed_is_read_back_as_the_same(tree: Tree) -> None:
    assert parse(written(tree), NAMES).tree == tree


@settings(max_examples=250, deadline=None)
@given(tree=TREES, rows=ROWS)
def test_values_are_those_of_plain_arithmetic(tree: Tree, rows: list[dict[str, float | None]]) -> None:
    wanted = [value(tree, row) for row in rows]
    assert all(map(same, computed(tree, rows), wanted)), (written(tree), computed(tree, rows), wanted)


@settings(max_examples=60, deadline=None)
@given(tree=TREES, rows=ROWS)
def test_a_row_does_not_see_the_others(tree: Tree, rows: list[dict[str, float | None]]) -> None:
    assert all(map(same, computed(tree, rows), [computed(tree, [row])[0] for row in rows]))


@settings(max_examples=60, deadline=None)
@given(tree=TREES, row=st.fixed_dictionaries(dict.fromkeys(NAMES, st.integers(1, 9).map(float))), at=st.integers(0, 3))
def test_a_missing_item_is_a_missing_value_wherever_it_stands(tree: Tree, row: dict[str, Any], at: int) -> None:
    gone = items_of(tree)[at % len(items_of(tree))]
    assert computed(tree, [{**row, gone: None}]) == [None]


def test_a_constant_divisor_is_divided_by_exactly() -> None:
    figures = [0.1 * step for step in range(1, 400)]
    tree = parse("a / 3.7 / (2 - 0.3)", ["a"]).tree
    assert tree is not None
    got = pl.DataFrame({"a": figures}).select(expression(tree).alias("v"))["v"].to_list()
    assert got == [figure / 3.7 / (2 - 0.3) for figure in figures]


def test_the_formulas_of_pii_read_as_they_are_meant() -> None:
    row = {name: 3.0 + 1.7 * place for place, name in enumerate(ITEMS)}
    wanted = indicator_values(row)
    frame = pl.DataFrame([row])
    for code, text in FORMULAS_2024.items():
        tree = parse(text, ITEMS).tree
        assert tree is not None
        assert written(tree) == text
        assert frame.select(expression(tree).alias("v")).item() == wanted[code]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("a-b-a", "a - b - a"),
        ("a-(b-a)", "a - (b - a)"),
        ("a/b/a", "a / b / a"),
        ("a/(b*a)", "a / (b * a)"),
        ("-a*b", "-a * b"),
        ("-(a*b)", "-(a * b)"),
        ("((a))+(0.50)", "a + 0.5"),
        ("IF(NOT a<b AND b=1,1,Max(a,b))", "if(not a < b and b = 1, 1, max(a, b))"),
        ("if((a<1 or b<1) and a<2,a,b)", "if((a < 1 or b < 1) and a < 2, a, b)"),
        ("a\n\t+ b", "a + b"),
        ("- - a", "--a"),
        ("007*a", "7 * a"),
    ],
)
def test_signs_bind_as_in_school(text: str, meant: str) -> None:
    tree = parse(text, ("a", "b")).tree
    assert tree is not None and written(tree) == meant


def test_an_unused_branch_harms_nothing_and_a_used_one_does() -> None:
    tree = parse("if(b = 0, 0, a / b) + 1", ("a", "b")).tree
    assert tree is not None
    got = computed(tree, [{"a": 4.0, "b": 2.0}, {"a": 4.0, "b": 0.0}])
    assert got == [3.0, 1.0]
    for text in ("min(a / b, 5)", "if(a / b > 1, 1, 2)", "a / (a / b)", "a / (b - b)", "if(b = 0, a / b, 1)"):
        tree = parse(text, ("a", "b")).tree
        assert tree is not None
        assert not math.isfinite(computed(tree, [{"a": 4.0, "b": 0.0}])[0] or 0.0), text


# -- what is wrong -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [("formula_empty", None)]),
        (" \n\t", [("formula_empty", None)]),
        ("populaton / a", [("formula_item", 0)]),
        ("x + y", [("formula_item", 0), ("formula_item", 4)]),
        ("mean(a, b)", [("formula_function", 0)]),
        ("min", [("formula_item", 0)]),
        ("a(b)", [("formula_function", 0)]),
        (
            "__import__('os').system('id')",
            [
                ("formula_function", 0),
                ("formula_character", 11),
                ("formula_item", 12),
                ("formula_character", 14),
                ("formula_number", 16),
                ("formula_character", 24),
                ("formula_item", 25),
                ("formula_character", 27),
            ],
        ),
        ("a.b + x.y", [("formula_character", 0), ("formula_character", 6)]),
        ("1.1.2 + a", [("formula_number", 0)]),
        ("1e5 * a", [("formula_number", 0)]),
        ("a * .5", [("formula_number", 4)]),
        ("a * 1234567890123456", [("formula_number", 4)]),
        ("0,5 * a", [("formula_syntax", 1)]),
        ("a b", [("formula_syntax", 2)]),
        ("a +", [("formula_syntax", 3)]),
        ("* a", [("formula_syntax", 0)]),
        ("+a", [("formula_syntax", 0)]),
        ("min(a,)", [("formula_syntax", 6)]),
        ("()", [("formula_syntax", 1)]),
        ("(a", [("formula_parenthesis", 0)]),
        ("abs(min(a, b)", [("formula_parenthesis", 3)]),
        ("a)", [("formula_parenthesis", 1)]),
        (")", [("formula_parenthesis", 0)]),
        ("if(a > 1, 2)", [("formula_arguments", 0)]),
        ("min(a)", [("formula_arguments", 0)]),
        ("abs(a, b)", [("formula_arguments", 0)]),
        ("min()", [("formula_arguments", 0)]),
        ("a > 1", [("formula_kind", 0)]),
        ("if(a, 1, 2)", [("formula_kind", 3)]),
        ("if(a > 1, b > 1, 2)", [("formula_kind", 10)]),
        ("if(a < b < 3, 1, 2)", [("formula_kind", 3)]),
        ("if(a and b > 1, 1, 2)", [("formula_kind", 3)]),
        ("if(a = (b > 1), 1, 2)", [("formula_kind", 7)]),
        ("if(not a, 1, 2)", [("formula_kind", 7)]),
        ("-(a > 1)", [("formula_kind", 1)]),
        ("a / 0", [("formula_zero", 4)]),
        ("a / -(0.0)", [("formula_zero", 4)]),
        ("1 + 2", [("formula_no_item", None)]),
        ("a ** 2", [("formula_character", 2)]),
        ("a == b", [("formula_character", 2)]),
        ("а + a", [("formula_character", 0)]),  # the first letter is Cyrillic
        ("dân_số", [("formula_character", 0)]),
        (unicodedata.normalize("NFD", "dân"), [("formula_character", 0)]),
        ("a\x00", [("formula_character", 1)]),
        ("a \u202e+ b", [("formula_character", 2)]),
        ("a +\u00a0b", [("formula_character", 3)]),
        ("a / ٣", [("formula_character", 4)]),
        ("if(a > 1, x) / 0 $", [("formula_item", 10), ("formula_character", 17)]),
        ("if(a > 1, x) / 0", [("formula_arguments", 0), ("formula_item", 10), ("formula_zero", 15)]),
    ],
)
def test_faults_are_named_with_their_place(text: str, found: list[tuple[str, int | None]]) -> None:
    assert problems(text) == found


def test_limits_are_limits() -> None:
    deep = MAX_DEPTH - 1
    assert problems("(" * deep + "a" + ")" * deep) == []
    assert problems("(" * (deep + 1) + "a" + ")" * (deep + 1)) == [("formula_too_deep", deep + 1)]
    assert problems("-" * 1900 + "a") == [("formula_too_deep", deep + 1)]
    assert problems("if(not " * 100) == [("formula_too_deep", 3 * 25 + 4 * 25)]
    assert problems("a+" * (MAX_OPERANDS - 1) + "a") == []
    assert problems("a+" * MAX_OPERANDS + "a") == [("formula_too_large", 2 * MAX_OPERANDS)]
    assert problems(" " * (MAX_LENGTH - 1) + "a") == []
    assert problems(" " * MAX_LENGTH + "a") == [("formula_too_long", None)]


def test_what_was_meant_is_suggested() -> None:
    near = {
        text: parse(text, ("a", "b", "population")).problems[0].params.get("near")
        for text in ("populaton", "Population", "iff(a > 1, 1, 2)", "a × b", "a ≤ b", "a && b", "a; b")
    }
    assert near == {
        "populaton": "population",
        "Population": "population",
        "iff(a > 1, 1, 2)": "if",
        "a × b": "*",
        "a ≤ b": "<=",
        "a && b": "and",
        "a; b": ",",
    }


WORDS = [
    "a",
    "b",
    "x",
    "1",
    "0",
    ".5",
    "1e9",
    "(",
    ")",
    ",",
    "+",
    "-",
    "*",
    "/",
    "<",
    "=",
    "!=",
    "if(",
    "min(",
    "abs",
    " not ",
    " and ",
    " or ",
    "$",
    "\u202e",
    "ạ",
    "'",
    "\n",
]


@settings(max_examples=300, deadline=2000)
@given(text=st.text(max_size=60) | st.lists(st.sampled_from(WORDS), max_size=40).map("".join))
@example(text="\ud800")
def test_any_text_is_a_formula_or_has_faults(text: str) -> None:
    parsed = parse(text, ("a", "b"))
    assert (parsed.tree is None) == bool(parsed.problems)
    for problem in parsed.problems:
        item = problem.finding("/nodes/0/formula", text)
        assert (problem.place is None) or 0 <= problem.place <= len(text)
        for lang in ("vi", "en"):
            shown = item.line(lang)
            assert "{" in text or "{" not in shown, "a place of the text is not filled"
            assert not any(unicodedata.category(sign) in {"Cc", "Cf"} for sign in shown.replace("\n", ""))
    if parsed.tree is not None:
        assert set(items_of(parsed.tree)) <= {"a", "b"}
        assert set(expression(parsed.tree).meta.root_names()) <= {"a", "b"}
        assert parse(written(parsed.tree), ("a", "b")).tree == parsed.tree


@given(text=st.text(min_size=1, max_size=120), at=st.integers(0, 119))
def test_the_caret_stands_under_its_place(text: str, at: int) -> None:
    place = at % (len(text) + 1)
    shown, caret = pointed(text, place)
    assert caret.endswith("^") and "\n" not in shown
    assert place == len(text) or shown[len(caret) - 1] in {text[place], "□", " "}


def test_numbers_are_kept_as_written() -> None:
    assert parse("a * 0.1", ["a"]).tree.right == Number(0.1)  # type: ignore[union-attr]
    assert parse("a", ["a"]).tree == Item("a")

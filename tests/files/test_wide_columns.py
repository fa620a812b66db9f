"""The names of columns of the wide frame are made and taken apart in one module, and written as text nowhere else."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

import piikit
from piikit.files import wide_columns
from piikit.files.wide_columns import Kind, code_of, is_kind, wide_column, without_kind

PACKAGE = Path(piikit.__file__).parent
STARTS = tuple(f"{kind}:" for kind in get_args(Kind))
CHARTS = "office/reports/pictures.py"
"""`score:Q` is how altair says that a column is a quantity."""
COLONS = {("plans/plan.py", "plan.id:target.id")}
"""What else is joined by a colon in the rooms that work on the wide frame."""
ROOMS = ("inputs", "scoring", "plans", "results", "analysis")
SPLITS = {"partition", "rpartition", "split", "rsplit", "removeprefix", "startswith"}


def texts(tree: ast.AST) -> Iterator[ast.Constant]:
    """The literals of a module, those within f-strings too, without docstrings."""
    told = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_name_is_written_as_text(path: Path) -> None:
    if path == Path(wide_columns.__file__) or path.relative_to(PACKAGE).as_posix() == CHARTS:
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert [node.lineno for node in texts(tree) if node.value.startswith(STARTS)] == []


def joined(tree: ast.AST) -> Iterator[str]:
    """The names that a module makes of two expressions and a colon, as `kind:code`."""
    for node in ast.walk(tree):
        match node:
            case ast.JoinedStr(values=[ast.FormattedValue(kind), ast.Constant(":"), ast.FormattedValue(code), *_]):
                yield f"{ast.unparse(kind)}:{ast.unparse(code)}"


def split(tree: ast.AST) -> Iterator[int]:
    """The lines in which a module takes a text apart at a colon."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr=how), args=[ast.Constant(":"), *_]) if how in SPLITS:
                yield node.lineno


@pytest.mark.parametrize("room", ROOMS)
def test_no_name_is_joined_or_split_at_its_colon(room: str) -> None:
    found: set[tuple[str, str | int]] = set()
    for path in (PACKAGE / room).rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found |= {(path.relative_to(PACKAGE).as_posix(), what) for what in (*joined(tree), *split(tree))}
    assert found - COLONS == set()


@pytest.mark.parametrize("kind", get_args(Kind))
def test_a_name_comes_apart_as_it_was_made(kind: Kind) -> None:
    name = wide_column(kind, "1.1.1")
    assert (is_kind(kind, name), code_of(name), without_kind(kind, name)) == (True, "1.1.1", "1.1.1")
    assert not is_kind(kind, f"x{name}") and without_kind(kind, "population") == "population"
    assert getattr(wide_columns, f"{kind}_column")("1.1.1") == name

"""Texts for people as they stand in the source: literals that are sentences, whatever they are handed to."""

from __future__ import annotations

import ast
import functools
import json
import re
from collections.abc import Iterator
from pathlib import Path

import piikit
from piikit.framework.documents import schema_root

SOURCE = Path(piikit.__file__).parent
WORD = re.compile(r"[^\W\d_]{2,}")
LEAST = 3
"""How many words make a sentence."""
HELP = {"help", "epilog", "short_help", "metavar"}
"""What click shows of a command before it knows a language; English, as click's own texts are."""
REFERENCES = {"source", "sources"}
"""Where a method or figure comes from: titles of works and of documents, which are not translated."""


@functools.cache
def trees() -> dict[str, ast.Module]:
    """Every module of piikit by its path below the package."""
    files = sorted(SOURCE.rglob("*.py"))
    return {file.relative_to(SOURCE).as_posix(): ast.parse(file.read_text(encoding="utf-8")) for file in files}


def sentences(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The literal sentences of a module with their lines; `{}` stands for what an f-string fills in."""
    for node in _shown(tree):
        text = _text(node)
        if text is not None and len(WORD.findall(text)) >= LEAST and " " in text.strip():
            yield node.lineno, " ".join(text.split())


def _text(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return None


def _shown(node: ast.AST) -> Iterator[ast.expr]:
    """The literals below a node, without those that nobody reads or that are in both languages as they stand."""
    for child in ast.iter_child_nodes(node):
        if _unread(child) or (isinstance(node, ast.JoinedStr) and isinstance(child, ast.Constant)):
            continue
        if isinstance(child, ast.Constant | ast.JoinedStr):
            yield child
        yield from _shown(child)


def _unread(node: ast.AST) -> bool:
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)  # a docstring
    if isinstance(node, ast.Dict):
        return {getattr(key, "value", None) for key in node.keys} == {"vi", "en"}
    if isinstance(node, ast.keyword):
        return node.arg in HELP | REFERENCES
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return getattr(node.func.value, "id", None) == "re"  # a pattern of signs
    return isinstance(node, ast.FunctionDef) and node.name == "__repr__"


# -- what the source asks the catalogue for ------------------------------------------------------------------------


def calls(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Every call of a module with the name of what is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield getattr(node.func, "id", getattr(node.func, "attr", "")), node


@functools.cache
def constants() -> frozenset[str]:
    """Every literal text of the source."""
    nodes = (node for tree in trees().values() for node in ast.walk(tree))
    return frozenset(node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))


@functools.cache
def patterns() -> tuple[re.Pattern[str], ...]:
    """The keys that are put together in the source, as `label.{name}`: a group for each part that is filled in."""
    found = set()
    for tree in trees().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                parts = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
                written = "".join(str(part) for part in parts if part is not None)
                if re.match(r"[a-z_]+\.", str(parts[0])) and re.fullmatch(r"[\w.]*", written):
                    found.add("".join(r"([\w.$-]+)" if part is None else re.escape(str(part)) for part in parts))
    return tuple(re.compile(pattern) for pattern in sorted(found))


@functools.cache
def vocabulary() -> frozenset[str]:
    """The words that a key may be put together from: literals and names of the source, words of documents."""
    names = {node.arg for tree in trees().values() for node in ast.walk(tree) if isinstance(node, ast.keyword)}
    names |= {node.attr for tree in trees().values() for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    words: set[str] = set()
    for file in [*Path(str(schema_root())).rglob("*.json"), *(SOURCE / "data").rglob("*.json")]:
        if file.parent.name != "messages":
            words |= set(_words(json.loads(file.read_text(encoding="utf-8"))))
    return constants() | {name for name in names if name} | words


def _words(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _words(part)
    if isinstance(value, str):
        yield value

"""From the text of a formula to its tree, with every fault that can be told at once."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping
from typing import Any

from attrs import define, field, frozen

from piikit.findings.messages import LANGUAGES, messages
from piikit.findings.unknown import nearest
from piikit.framework.formula.problem import MAX_DEPTH, MAX_LENGTH, MAX_OPERANDS, Problem
from piikit.framework.formula.tokens import WORDS, Token, tokens
from piikit.framework.formula.tree import (
    MINUS,
    STRENGTH,
    Between,
    Call,
    Item,
    Kind,
    Number,
    Prefixed,
    Tree,
    items_of,
    kind_of,
)

FUNCTIONS: Mapping[str, tuple[int, int | None]] = {"if": (3, 3), "min": (2, None), "max": (2, None), "abs": (1, 1)}
"""The functions, each with the lowest and the highest number of arguments."""


@frozen(kw_only=True)
class ParsedFormula:
    """What came of a text: the tree, or None where there are problems.

    Attributes:
        text: as given.
        problems: in the order of the text.
    """

    text: str
    tree: Tree | None = None
    problems: tuple[Problem, ...] = ()


class _Stop(Exception):
    """The rest of a formula makes no sense; what is wrong is among the problems."""


def parse(text: str, known: Collection[str]) -> ParsedFormula:
    """A formula from its text.

    Args:
        text: the formula.
        known: the names of the items that it may use.

    >>> from piikit.framework.formula import items_of, parse, written
    >>> tree = parse("green_patents/population*100000", ["green_patents", "population"]).tree
    >>> written(tree), items_of(tree)
    ('green_patents / population * 100000', ('green_patents', 'population'))
    >>> [(problem.code, problem.place) for problem in parse("patents / populaton +", ["population"]).problems]
    [('formula_item', 0), ('formula_item', 10), ('formula_syntax', 21)]
    """
    if len(text) > MAX_LENGTH:
        params = {"n": len(text), "limit": MAX_LENGTH}
        return ParsedFormula(text=text, problems=(Problem(code="formula_too_long", params=params),))
    found, problems = tokens(text)
    if len(found) == 1 and not problems:
        return ParsedFormula(text=text, problems=(Problem(code="formula_empty"),))
    operands = [token for token in found if token.kind in {"number", "name"}]
    if len(operands) > MAX_OPERANDS:
        place = operands[MAX_OPERANDS].place
        problems.append(Problem(code="formula_too_large", place=place, params={"limit": MAX_OPERANDS}))
        return ParsedFormula(text=text, problems=tuple(problems))
    problems += _names(found, known)
    if all(problem.code != "formula_character" or not _lost(problem, found) for problem in problems):
        tree = _whole(found, problems)
    else:
        tree = None  # signs were left out: what stands between the others is not what was meant
    if tree is not None and not problems and not items_of(tree):
        problems.append(Problem(code="formula_no_item"))
    ordered = tuple(sorted(problems, key=lambda problem: problem.place or 0))
    return ParsedFormula(text=text, tree=None if ordered else tree, problems=ordered)


def _lost(problem: Problem, found: list[Token]) -> bool:
    return all(token.place != problem.place for token in found)


def _names(found: list[Token], known: Collection[str]) -> list[Problem]:
    """Names that stand for nothing, wherever they stand."""
    wrong = []
    for token, following in itertools.pairwise(found):
        if token.kind != "name" or not token.text:
            continue
        params: dict[str, Any] = {"value": token.text}
        if following.text == "(" and token.low not in FUNCTIONS:
            params |= {"near": nearest(token.text, FUNCTIONS), "known": list(FUNCTIONS)}
            wrong.append(Problem(code="formula_function", place=token.place, params=params))
        elif following.text != "(" and token.text not in known:
            params["near"] = nearest(token.text, sorted(known))
            wrong.append(Problem(code="formula_item", place=token.place, params=params))
    return wrong


def _whole(found: list[Token], problems: list[Problem]) -> Tree | None:
    parser = _Parser(tokens=found, problems=problems)
    try:
        tree = parser.joined(0)
        parser.number(tree, found[0].place)
        if parser.now.text == ")":
            raise parser.stop("formula_parenthesis", parser.now, value=")")
        if parser.now.kind != "end":
            raise parser.expected("sign")
    except _Stop:
        return None
    return tree


@define
class _Parser:
    tokens: list[Token]
    problems: list[Problem]
    place: int = 0
    depth: int = 0
    open: list[Token] = field(factory=list)

    @property
    def now(self) -> Token:
        return self.tokens[self.place]

    def take(self) -> Token:
        token = self.now
        self.place += 1
        return token

    # -- what is wrong -------------------------------------------------------------------------------------------

    def report(self, code: str, place: int, **params: Any) -> None:
        problem = Problem(code=code, place=place, params=params)
        if problem not in self.problems:
            self.problems.append(problem)

    def stop(self, code: str, token: Token, **params: Any) -> _Stop:
        self.report(code, token.place, **params)
        return _Stop()

    def expected(self, what: str) -> _Stop:
        """Something else stands here than could; at the end, an open parenthesis is the more likely fault."""
        if self.now.kind == "end" and self.open and what == "sign":
            return self.stop("formula_parenthesis", self.open[-1], value="(")
        value: Any = self.now.text or _said("end")
        return self.stop("formula_syntax", self.now, value=value, expected=_said(what))

    def number(self, tree: Tree, place: int) -> None:
        """A number must stand here."""
        self.kind(tree, place, "number")

    def kind(self, tree: Tree, place: int, wanted: Kind) -> None:
        if kind_of(tree) != wanted:
            self.report("formula_kind", place, value=_said(kind_of(tree)), wanted=_said(wanted))

    # -- the grammar ---------------------------------------------------------------------------------------------

    def joined(self, strength: int) -> Tree:
        """Parts joined by signs that bind at least so strongly, read from the left."""
        start = self.now.place
        left = self.single()
        while (sign := self.now.low) in STRENGTH and sign != "not" and STRENGTH[sign] >= strength:
            self.take()
            place = self.now.place
            right = self.joined(STRENGTH[sign] + 1)
            wanted: Kind = "condition" if sign in WORDS else "number"
            self.kind(left, start, wanted)
            self.kind(right, place, wanted)
            if sign == "/" and _is_zero(right):
                self.report("formula_zero", place)
            left = Between(sign, left, right)
        return left

    def single(self) -> Tree:
        """A number, an item, a function, something in parentheses, or one of these behind a sign."""
        self.depth += 1
        token = self.now
        if self.depth > MAX_DEPTH:
            raise self.stop("formula_too_deep", token, limit=MAX_DEPTH)
        if token.kind == "number":
            tree: Tree = Number(float(self.take().text))
        elif token.kind == "name":
            tree = self.name()
        elif token.text == "(":
            self.open.append(self.take())
            tree = self.joined(0)
            self.close()
        elif token.text == "-" or token.low == "not":
            tree = self.signed()
        elif token.text == ")" and not self.open:
            raise self.stop("formula_parenthesis", token, value=")")
        else:
            raise self.expected("operand")
        self.depth -= 1
        return tree

    def signed(self) -> Tree:
        sign = self.take().low
        place = self.now.place
        part = self.joined(MINUS if sign == "-" else STRENGTH["not"])
        self.kind(part, place, "number" if sign == "-" else "condition")
        return Prefixed(sign, part)

    def name(self) -> Tree:
        token = self.take()
        if self.now.text != "(":
            return Item(token.text)
        self.open.append(self.take())
        parts: list[Tree] = []
        while self.now.text != ")" or parts:
            place = self.now.place
            parts.append(self.joined(0))
            if token.low in FUNCTIONS:
                self.kind(parts[-1], place, "condition" if token.low == "if" and len(parts) == 1 else "number")
            if self.now.text != ",":
                break
            self.take()
        self.close()
        least, most = FUNCTIONS.get(token.low, (0, None))
        if len(parts) < least or (most is not None and len(parts) > most):
            wanted: Any = least if most is not None else _said("or_more", n=least)
            self.report("formula_arguments", token.place, value=token.text, n=len(parts), wanted=wanted)
        return Call(token.low, tuple(parts))

    def close(self) -> None:
        if self.now.text != ")":
            raise self.expected("sign")
        self.take()
        self.open.pop()


def _is_zero(tree: Tree) -> bool:
    while isinstance(tree, Prefixed) and tree.sign == "-":
        tree = tree.part
    return isinstance(tree, Number) and tree.value == 0


def _said(what: str, **params: Any) -> dict[str, str]:
    """A part of a text, in both languages."""
    return {lang: messages(lang).text(f"formula.{what}", **params) for lang in LANGUAGES}


RESERVED = frozenset({*FUNCTIONS, *WORDS})
"""Words of formulas, which no item can be called."""

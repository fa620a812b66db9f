"""The names of the columns of the wide frame: a kind, a colon and the code of a node or an item.

The wide frame has a row an area in a cohort. Whoever makes or takes apart such a name does it here; no name is written
as text elsewhere. They are asked for thousands of times, so each is one line.
"""

from __future__ import annotations

from typing import Literal

Kind = Literal["value", "typed", "treated", "imputed", "score", "rank", "given", "given_rank", "changed"]
"""What a column holds.

value: of an indicator, in its unit. typed: the value that was handed in, where items give one too. treated: the value
after treatment. imputed: what was filled in for a missing value. score, rank: of a node. given, given_rank: the
published score and rank of a node. changed: whether a scenario changed a column.
"""


def wide_column(kind: Kind | str, code: str) -> str:
    """The column of any kind: `wide_column("score", "PII")`.

    >>> wide_column("score", "PII"), score_column("PII")
    ('score:PII', 'score:PII')
    """
    return f"{kind}:{code}"


def value_column(code: str) -> str:
    """The value of an indicator, in its unit."""
    return f"value:{code}"


def typed_column(code: str) -> str:
    """The value of an indicator that was handed in beside the items that give it too."""
    return f"typed:{code}"


def treated_column(code: str) -> str:
    """The value of an indicator after treatment."""
    return f"treated:{code}"


def imputed_column(code: str) -> str:
    """What was filled in where the value of an indicator is missing."""
    return f"imputed:{code}"


def score_column(code: str) -> str:
    """The score of a node."""
    return f"score:{code}"


def rank_column(code: str) -> str:
    """The rank of a node."""
    return f"rank:{code}"


def given_column(code: str) -> str:
    """The published score of a node."""
    return f"given:{code}"


def given_rank_column(code: str) -> str:
    """The published rank of a node."""
    return f"given_rank:{code}"


def changed_column(name: str) -> str:
    """Whether a scenario changed a column."""
    return f"changed:{name}"


def is_kind(kind: Kind | tuple[Kind, ...], name: str) -> bool:
    """Whether a column is of a kind, or of one of several.

    >>> is_kind("value", "value:1.1.1"), is_kind("value", "valued")
    (True, False)
    """
    kinds = (kind,) if isinstance(kind, str) else kind
    return name.startswith(tuple(f"{one}:" for one in kinds))


def without_kind(kind: Kind, name: str) -> str:
    """The code in the name of a column of a kind; the name of any other column as it is.

    >>> without_kind("value", "value:1.1.1"), without_kind("value", "population")
    ('1.1.1', 'population')
    """
    return name.removeprefix(f"{kind}:")


def code_of(name: str) -> str:
    """The code in the name of a column; the name itself where it has no kind.

    >>> code_of("score:PII"), code_of("population")
    ('PII', 'population')
    """
    return name.partition(":")[2] or name

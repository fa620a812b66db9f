"""Whether expressions judge a row by that row alone, so that a table can be worked through in pieces."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from polars.exceptions import PolarsError

from piikit.files.wide_columns import code_of, score_column, treated_column, value_column
from piikit.findings.errors import UsageError
from piikit.findings.messages import Phrase
from piikit.framework.edition import Edition
from piikit.inputs.keys import BASE
from piikit.inputs.table import Table
from piikit.scoring.pipeline.bounds import figures_of, literal_scores
from piikit.scoring.pipeline.peers import plain
from piikit.scoring.pipeline.program import Program

TRIAL = 7
"""Rows of the trial: enough that a rank, a share of the sum, a mean over rows or a neighbour shows."""


def _differing(frame: pl.DataFrame, expressions: Sequence[pl.Expr]) -> list[str]:
    """The columns that come out otherwise where rows are worked out one by one."""
    if not expressions:
        return []
    names = [expr.meta.output_name() for expr in expressions]
    try:
        whole = frame.with_columns(expressions).select(names)
        single = pl.concat([frame[row : row + 1].with_columns(expressions).select(names) for row in range(len(frame))])
    except PolarsError:
        return names
    return [name for name in names if not whole[name].equals(single[name], null_equal=True)]


def _trial(names: Sequence[str]) -> pl.DataFrame:
    """Rows of figures that differ from row to row and column to column; invented, and never shown."""
    return pl.DataFrame(
        {
            name: [1.0 + ((row * 5 + column * 3) % (TRIAL + 4)) + row * 0.125 for row in range(TRIAL)]
            for column, name in enumerate(names)
        },
        schema=dict.fromkeys(names, pl.Float64),
    )


def refuse_whole(edition: Edition, program: Program, table: Table) -> None:
    """Refuse what needs all rows at once.

    Args:
        edition: the framework.
        program: its plan for the columns of the data.
        table: the data without rows, for the published ends.

    Raises:
        UsageError: with every method and indicator that does.
    """
    wrong: list[Phrase] = []
    for code, node in edition.nodes.items():
        for kind in ("treat", "impute"):
            use = getattr(node, kind, None)
            name = getattr(use, "name", use)
            if node.is_indicator and name not in (None, "none"):
                wrong.append(_step(kind, str(name), code))
    if edition.screen is not None:
        wrong.append(Phrase("usage.screening"))
    for name in _differing(_trial([*table.items, *(value_column(code) for code in table.codes)]), program.values):
        wrong.append(Phrase("usage.value_of", code=code_of(name)))
    wrong += _beyond_values(edition, program)
    if wrong:
        _refuse(edition, wrong)
    codes = [code for line in program.lines for code in line.codes]
    valued = _trial([value_column(code) for code in codes])
    # Methods that prepare values are named above; the rest is judged as if they did nothing.
    valued = valued.with_columns(pl.col(value_column(code)).alias(treated_column(code)) for code in codes)
    keys = [pl.lit(edition.period).alias("period"), pl.lit(BASE).alias("scenario")]
    figures = figures_of(valued.select(*keys, *program.ends).head(1), table, program)
    methods = {code: line.method.name for line in program.lines for code in line.codes}
    for name in _differing(valued, literal_scores(figures, program)):
        code = code_of(name)
        wrong.append(_step("normalise", methods[code], code))
    scores = _trial([score_column(code) for code in edition.nodes]).with_columns(
        pl.lit(edition.period).alias("area"), pl.lit(edition.period).alias("region")
    )
    for level in program.levels:
        for name in _differing(scores, level):
            code = code_of(name)
            use = edition.nodes[code].aggregate
            wrong.append(_step("aggregate", use.name if use else "", code))
    if wrong:
        _refuse(edition, wrong)


def _beyond_values(edition: Edition, program: Program) -> list[Phrase]:
    """The methods that look at other areas, or at more than values."""
    codes = {code: line for line in program.lines for code in line.codes}
    wrong = [_step("aggregate", pair.method.name, pair.code) for level in program.matrices for pair in level]
    read: dict[str, set[str]] = {}
    for expr in program.ends:
        code = code_of(expr.meta.output_name())
        read.setdefault(code, set()).update(expr.meta.root_names())
    for code, line in codes.items():
        beyond = read.get(code, set()) | set(program.turned[code].meta.root_names())
        if line.method.across or beyond - {value_column(code)}:
            wrong.append(_step("normalise", line.method.name, plain(code)))
    return list(dict.fromkeys(wrong))


def _step(step: str, method: str, code: str) -> Phrase:
    return Phrase("usage.step_of", step=step, method=method, code=code)


def _refuse(edition: Edition, wrong: list[Phrase]) -> None:
    if wrong:
        shown = (*wrong[:12], *(["…"] if len(wrong) > 12 else []))
        raise UsageError("not_in_pieces", edition=edition.id, wrong=shown)

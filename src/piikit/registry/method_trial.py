"""A method of somebody else, tried on three figures before a result rests on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import polars as pl

from piikit.findings.messages import Phrase
from piikit.framework.expressions import expression_fault, trial_faults
from piikit.framework.methods import Aggregate, Method, Normalise

_X, _CHILDREN, _WEIGHTS = pl.col("x"), (pl.col("a"), pl.col("b")), (1.0, 2.0)


def method_faults(method: Method) -> Iterator[Phrase]:
    """What is wrong with what a method builds; nothing where it needs parameters that only an edition can give.

    >>> first = Aggregate(name="demo.first", source="demo", score=lambda scores, weights, params: scores[0])
    >>> every = Aggregate(name="demo.every", source="demo", score=lambda scores, weights, params: scores)
    >>> list(method_faults(first)), [str(fault) for fault in method_faults(every)]
    ([], ['score is tuple, not a polars expression'])
    """
    if any("default" not in description for description in method.params.values()):
        return
    params = method.filled({})
    try:
        if isinstance(method, Aggregate):
            yield from _matrix_faults(method, params)
            yield from _built(_aggregates(method, params))
        elif isinstance(method, Normalise):
            yield from _normalise_faults(method, params)
    except (Exception, pl.exceptions.PanicException) as error:  # a plugin's own builder
        yield Phrase("plugin.trial_failed", reason=f"{type(error).__name__}: {error}")


def _aggregates(method: Aggregate, params: Mapping[str, Any]) -> dict[str, Any]:
    built: dict[str, Any] = {}
    if method.score is not None:
        built["score"] = method.score(_CHILDREN, _WEIGHTS, params)
    if method.whole_score is not None:
        built["whole_score"] = method.whole_score(_CHILDREN, _WEIGHTS, params)
    return built


def _matrix_faults(method: Aggregate, params: Mapping[str, Any]) -> Iterator[Phrase]:
    """What is wrong with a method that works on the scores of all areas of a cohort at once."""
    if method.matrix is None:
        return
    scores = np.arange(3.0 * len(_WEIGHTS)).reshape(3, len(_WEIGHTS))
    found = method.matrix(scores, _WEIGHTS, params)
    if not isinstance(found, np.ndarray) or found.shape != (3,):
        is_array = isinstance(found, np.ndarray)
        kind = Phrase("plugin.matrix_shape", shape=str(found.shape)) if is_array else type(found).__name__
        yield Phrase("plugin.matrix", kind=kind)


def _normalise_faults(method: Normalise, params: Mapping[str, Any]) -> Iterator[Phrase]:
    ends = method.ends(_X, params)
    if not isinstance(ends, Mapping):
        yield Phrase("plugin.ends", kind=type(ends).__name__)
        return
    wrong = [*_built(ends, "plugin.end")]
    if wrong:
        yield from wrong
        return
    found = pl.DataFrame({"x": [1.0, 2.0, 3.0]}).select(expr.alias(name) for name, expr in ends.items())
    arrays = {name: found[name].cast(pl.Float64).to_numpy()[:1].reshape(1, 1) for name in found.columns}
    with np.errstate(all="ignore"):
        figures = method.figures(arrays, params, np.zeros((1, 1), dtype=bool))
    numbers = {name: float(np.asarray(array, dtype=float)[0, 0]) for name, array in figures.items()}
    yield from _built({"score": method.score(_X, numbers, params)})


def _built(expressions: Mapping[str, Any], key: str = "plugin.built") -> Iterator[Phrase]:
    faults = {name: fault for name, expr in expressions.items() if (fault := expression_fault(expr)) is not None}
    if not faults:
        faults = trial_faults(expressions)
    yield from (Phrase(key, what=name, fault=fault) for name, fault in faults.items())

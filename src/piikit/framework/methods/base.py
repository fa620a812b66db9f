"""What a method is: a name, typed parameters and builders of polars expressions.

A method never sees a frame of areas. The pipeline hands it expressions for one indicator or for the children of one
node, already turned so that more is better, and puts what it builds into its plan.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from attrs import field, frozen
from jsonschema import Draft202012Validator
from referencing import Registry

from piikit.findings.errors import PluginError
from piikit.findings.faults import fault
from piikit.findings.finding import Finding, Findings
from piikit.findings.messages import Phrase
from piikit.framework.documents import Json, schema_reason

Params = Mapping[str, Any]
KINDS = ("normalise", "aggregate", "treat", "impute")


@frozen(kw_only=True)
class Method:
    """What every method has.

    Attributes:
        name: what documents call it; a third party's is namespaced, `hue.my_method`.
        source: where the formula comes from.
        params: the JSON Schema of each parameter, with its `default`; one without a default is required.

    >>> root = Normalise(name="hue.root", source="ours", score=lambda x, figures, params: x ** params["power"],
    ...                  params={"power": {"type": "number", "default": 0.5}})
    >>> root.kind, root.filled({}), len(root.faults({"power": "a half"}, "/defaults/normalise"))
    ('normalise', {'power': 0.5}, 1)
    """

    __module__ = "piikit.plugin"

    name: str
    source: str
    params: Mapping[str, Json] = field(factory=dict)
    rising: tuple[str, str] | None = None
    """Two parameters of which the first must be below the second."""
    areas: tuple[str, ...] = ()
    """Parameters that name an area of the edition; the method gets its code."""
    amiss: Callable[[Params], str | None] | None = None
    """What is wrong with parameters that are right by themselves, a text or a key of the catalogue; else None."""

    @property
    def kind(self) -> str:
        """The step it serves: "normalise", "aggregate", "treat" or "impute"."""
        raise NotImplementedError

    def faults(self, given: Params, at: str) -> Findings:
        """What is wrong with the parameters that a document gives; `at` is the JSON pointer of the method."""
        found: list[Finding] = []
        for name, value in given.items():
            if name not in self.params:
                found.append(
                    fault(f"{at}/{name}", "unknown_parameter", value=name, method=self.name, known=sorted(self.params))
                )
                continue
            for error in Draft202012Validator(self.params[name], registry=Registry()).iter_errors(value):
                found.append(
                    fault(f"{at}/{name}", "bad_parameter", value=value, method=self.name, reason=schema_reason(error))
                )
        found += [
            fault(at, "missing_parameter", value=name, method=self.name)
            for name, description in self.params.items()
            if "default" not in description and name not in given
        ]
        if self.rising is not None and not found:
            first, second = self.rising
            low, high = (self.filled(given)[name] for name in self.rising)
            if low >= high:
                reason = Phrase("method_fault.not_rising", first=first, low=low, second=second, high=high)
                found.append(fault(at, "bad_parameter", value=low, method=self.name, reason=reason))
        every = self.filled(given)
        if self.amiss is not None and not found and (wrong := self.amiss(every)) is not None:
            reason = Phrase(wrong, **every)
            found.append(fault(at, "bad_parameter", value=list(given), method=self.name, reason=reason))
        return Findings(found)

    def filled(self, given: Params) -> dict[str, Any]:
        """The parameters with defaults where the document gives none."""
        defaults = {name: rule["default"] for name, rule in self.params.items() if "default" in rule}
        return {**defaults, **given}


Figure = float | pl.Expr
Arrays = Mapping[str, np.ndarray]
"""Figures of a cohort by name, an entry a cohort and indicator; NaN where there is none."""


def _no_ends(x: pl.Expr, params: Params) -> Mapping[str, pl.Expr]:
    return {}


def _no_figures(ends: Arrays, params: Params, published: np.ndarray) -> Arrays:
    return {}


@frozen(kw_only=True)
class Normalise(Method):
    """From an indicator's values to its scores.

    Attributes:
        ends: from the values `x` to statistics of a cohort, each an expression that aggregates. Those named "lower"
            and "upper" are the bounds of the result; published bounds take their place.
        figures: from the ends to the numbers that `score` needs, worked out once a cohort, so that each area costs a
            multiplication. Its third argument says where the ends are published ones: a value may then lie outside.
            Where one is NaN there is no score.
        score: from the values and those figures, by name, to the score. A figure is a number where there is one
            cohort, and a column where there are several.
        fixed: whether the ends come from the edition, not from the cohort's values.
        across: whether `score` needs all values of a cohort at once, as a rank does; the pipeline then works it out
            cohort by cohort. Such a method needs neither ends nor figures.
        mirrored: the parameters where lower is better and the values are turned, such as a target with the other sign.
        refuses: from the values and the parameters to conditions on a cohort under which it has no scores, by finding
            code.
        top: the best score that an area can have, where the method sets one.

    >>> per_mean = Normalise(name="hue.per_mean", source="value over the mean of the cohort, times 100",
    ...                      ends=lambda x, params: {"mean": x.mean()},
    ...                      figures=lambda ends, params, published: {"factor": 100 / ends["mean"]},
    ...                      score=lambda x, figures, params: x * figures["factor"])
    >>> pl.DataFrame({"x": [1.0, 3.0]}).select(per_mean.score(pl.col("x"), {"factor": 50.0}, {}))["x"].to_list()
    [50.0, 150.0]
    """

    __module__ = "piikit.plugin"

    score: Callable[[pl.Expr, Mapping[str, Figure], Params], pl.Expr]
    ends: Callable[[pl.Expr, Params], Mapping[str, pl.Expr]] = _no_ends
    figures: Callable[[Arrays, Params, np.ndarray], Arrays] = _no_figures
    fixed: bool = False
    across: bool = False
    mirrored: Callable[[Params], Params] | None = None
    refuses: Callable[[pl.Expr, Params], Mapping[str, pl.Expr]] | None = None
    top: Callable[[Params], float | None] | None = None

    @property
    def kind(self) -> str:
        """The step it serves."""
        return "normalise"


@frozen(kw_only=True)
class Aggregate(Method):
    """From the scores of a node's children to its own.

    Attributes:
        score: from the children's scores and weights (all above 0) to the node's score. A missing child is left out
            and the other weights rescaled; where all are missing the result is null.
        whole_score: the same where a missing child makes the node null, if there is a shorter way to say it.
        shares: from the children's scores and weights to what each child adds to the node's score, for methods where
            that has a meaning; None otherwise, and the contributions are then null with this reason.
        refuses: from the same to conditions under which the node has no score, by finding code.
        complete: whether a missing child always makes the node null, whatever the edition says of missing.
        matrix: in place of `score`, for what no expression can say: from the scores of all areas of a cohort (areas x
            children, NaN where missing, without the areas that the node cannot have a score for), the weights and the
            parameters to a score an area, NaN where there is none. It must not depend on the order of the areas.

    >>> weakest = Aggregate(name="hue.weakest", source="the weakest child decides",
    ...                     score=lambda scores, weights, params: pl.min_horizontal(*scores))
    >>> pl.DataFrame({"a": [50.0], "b": [40.0]}).select(weakest.of([pl.col("a"), pl.col("b")], [1, 1], {})).item()
    40.0
    """

    __module__ = "piikit.plugin"

    score: Callable[[Sequence[pl.Expr], Sequence[float], Params], pl.Expr] | None = None
    whole_score: Callable[[Sequence[pl.Expr], Sequence[float], Params], pl.Expr] | None = None
    shares: Callable[[Sequence[float | None], Sequence[float]], list[float | None]] | None = None
    refuses: Callable[[Sequence[pl.Expr], Sequence[float], Params], Mapping[str, pl.Expr]] | None = None
    complete: bool = False
    matrix: Callable[[np.ndarray, Sequence[float], Params], np.ndarray] | None = None

    def __attrs_post_init__(self) -> None:
        if (self.score is None) == (self.matrix is None):
            raise PluginError("method_without_score", name=self.name)

    def of(self, scores: Sequence[pl.Expr], weights: Sequence[float], params: Params) -> pl.Expr:
        """The score of a node as an expression; for methods that have one."""
        assert self.score is not None
        return self.score(scores, weights, params)

    @property
    def kind(self) -> str:
        """The step it serves."""
        return "aggregate"


@frozen(kw_only=True, eq=False)
class Treated:
    """What a treatment made of the series of one or more cohorts.

    Attributes:
        values: series x areas, NaN where a value is missing.
        steps: a text a series: what was done to it, "" where nothing was.
        failing: by series, whether it still has outliers, where the method looks for them.
        refused: by series, whether the method cannot be used on its values; it is then left as it is.
    """

    __module__ = "piikit.plugin"

    values: np.ndarray
    steps: np.ndarray
    failing: np.ndarray
    refused: np.ndarray


@frozen(kw_only=True)
class Treat(Method):
    """From the values of an indicator in a cohort to treated ones.

    Attributes:
        treated: from series x areas (a series is an indicator in a cohort; NaN where a value is missing; in the
            indicator's own unit and direction) to what becomes of them. A series must not depend on the others.

    >>> def half(x, params):
    ...     never = np.zeros(len(x), bool)
    ...     return Treated(values=x / 2, steps=np.full(len(x), "halved"), failing=never, refused=never)
    >>> halved = Treat(name="hue.halved", source="every value halved", treated=half)
    >>> halved.treated(np.array([[4.0, np.nan]]), {}).values.tolist()
    [[2.0, nan]]
    """

    __module__ = "piikit.plugin"

    treated: Callable[[np.ndarray, Params], Treated]

    @property
    def kind(self) -> str:
        """The step it serves."""
        return "treat"


@frozen(kw_only=True)
class Impute(Method):
    """From the values that are there to those that are missing. One of the two is given.

    Attributes:
        figure: from sorted series x areas (NaN last) to the figure a series that stands for its missing values. With
            a parameter `group` a series is what the areas of one group have.
        over_time: from area x periods and the times of the periods to the same with missing values filled.

    >>> lowest = Impute(name="hue.lowest", source="the lowest value there is", figure=lambda x, params: x[:, 0])
    >>> lowest.figure(np.array([[1.0, 3.0, np.nan]]), {}).tolist()
    [1.0]
    """

    __module__ = "piikit.plugin"

    figure: Callable[[np.ndarray, Params], np.ndarray] | None = None
    over_time: Callable[[np.ndarray, np.ndarray, Params], np.ndarray] | None = None

    @property
    def kind(self) -> str:
        """The step it serves."""
        return "impute"


@frozen(kw_only=True)
class Step(Method):
    """A treatment or imputation that does nothing: `none`."""

    step: str

    @property
    def kind(self) -> str:
        """The step it serves."""
        return self.step

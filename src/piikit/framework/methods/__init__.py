"""Named methods of the steps from values to ranks; a document names them, a plugin may add to them."""

from __future__ import annotations

from piikit.framework.methods import aggregate, copeland, distances, impute, means, normalise, standings, treat
from piikit.framework.methods.base import KINDS, Aggregate, Impute, Method, Normalise, Params, Step, Treat, Treated

NONE = tuple(Step(name="none", step=step, source="nothing is changed") for step in ("treat", "impute"))

BUILT_IN: tuple[Method, ...] = (
    *normalise.METHODS,
    *standings.METHODS,
    *distances.METHODS,
    *aggregate.METHODS,
    *means.METHODS,
    *copeland.METHODS,
    *treat.METHODS,
    *impute.METHODS,
    *NONE,
)

__all__ = [
    "BUILT_IN",
    "KINDS",
    "Aggregate",
    "Impute",
    "Method",
    "Normalise",
    "Params",
    "Step",
    "Treat",
    "Treated",
]

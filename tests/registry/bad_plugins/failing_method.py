# cause: normalise bad.per_total: it failed on trial: KeyError: 'total'
"""A method that fails on the first figures that it sees."""

from __future__ import annotations

from piikit import hookimpl
from piikit.framework.methods import Normalise


@hookimpl
def piikit_methods():
    yield Normalise(  # HERE
        name="bad.per_total",
        source="invented",
        ends=lambda x, params: {"sum": x.sum()},
        figures=lambda ends, params, published: {"factor": 100 / ends["total"]},
        score=lambda x, figures, params: x * figures["factor"],
    )

# cause: parameter 'p' of bad.power refers to 'file:///etc/hostname'; files and addresses are never fetched
"""The schema of a method's parameter refers to a file."""

from __future__ import annotations

from piikit import hookimpl
from piikit.framework.methods import Aggregate


@hookimpl
def piikit_methods():
    yield Aggregate(  # HERE
        name="bad.power",
        source="invented",
        params={"p": {"$ref": "file:///etc/hostname", "default": 1}},
        score=lambda scores, weights, params: scores[0],
    )

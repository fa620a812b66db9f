"""Loading somebody else's code: what it prints, warns of or sets for the whole process stays with it."""

from __future__ import annotations

import contextlib
import sys
import threading
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl

from piikit.findings.messages import Phrase

MOST_WARNINGS = 20
"""How many warnings of one plugin are kept."""
_LOADING = threading.RLock()
"""Loading changes the filters of warnings and standard output of the process for a moment: one thread at a time.

It can be taken again by the thread that holds it, for a plugin may make an engine of its own.
"""


@contextlib.contextmanager
def isolated() -> Iterator[list[str | Phrase]]:
    """Inside, warnings are kept instead of shown or raised, and what is printed goes to standard error.

    Settings of polars, numpy and warnings that were changed are put back at the end.

    Yields:
        the warnings, filled in at the end.

    >>> with isolated() as said:
    ...     warnings.warn("old data", DeprecationWarning)
    ...     _ = pl.Config.set_tbl_rows(3)
    >>> [str(text) for text in said]
    ['DeprecationWarning: old data', 'it changed settings of polars for the whole process; they were put back']
    """
    said: list[str | Phrase] = []
    with (
        _LOADING,
        warnings.catch_warnings(record=True) as caught,
        np.errstate(),
        contextlib.redirect_stdout(sys.stderr),
    ):
        warnings.simplefilter("default")
        before = pl.Config.save()
        try:
            yield said
        finally:
            kept: list[Any] = list(caught or ())[:MOST_WARNINGS]
            said += [f"{item.category.__name__}: {' '.join(str(item.message).split())}" for item in kept]
            if pl.Config.save() != before:
                pl.Config.restore_defaults()
                pl.Config.load(before)
                said.append(Phrase("plugin.settings_put_back"))

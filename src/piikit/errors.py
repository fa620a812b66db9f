"""The family of errors that piikit raises: one at the edge of a call, carrying every finding at once."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from piikit.findings import Findings

if TYPE_CHECKING:
    import polars as pl


class PiikitError(Exception):
    """Any failure that piikit foresees; catch this one to catch them all."""


class UsageError(PiikitError):
    """A call that cannot be carried out as written: a wrong argument, an unknown name."""


class MissingExtraError(PiikitError):
    """A feature needs an optional dependency that is not installed."""


class FindingsError(PiikitError):
    """An error made of findings.

    Attributes:
        found: the findings, one entry a kind and place.
        lang: the language of the text, "vi" or "en".
    """

    def __init__(self, found: Findings, *, title: str, lang: str = "en") -> None:
        self.found = found
        self.lang = lang
        self.title = title
        super().__init__(f"{title}\n{found.grouped(lang)}")

    @property
    def findings(self) -> pl.DataFrame:
        """The findings as a frame with the columns of `Result.findings`."""
        return self.found.frame(self.lang)


class InputError(FindingsError):
    """The data hold findings of severity error; all of them are named."""


class DocumentError(FindingsError):
    """An edition, plan or area list is faulty; `column` of each finding is a JSON pointer into it."""


class PluginError(PiikitError):
    """A plugin could not be used, and the caller asked for strictness or needs what it provides."""


def nearest(name: str, known: Sequence[str], *, cutoff: float = 0.8) -> str | None:
    """The known name closest to a misspelt one, or None where nothing is near.

    >>> nearest("populaton", ["population", "grdp"]), nearest("HDI", ["hdi"])
    ('population', 'hdi')
    """
    folded = {text.casefold(): text for text in reversed(known)}
    found = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=cutoff)
    return folded[found[0]] if found else None

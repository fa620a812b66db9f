"""Paths as they are handed in, and what is no path."""

from __future__ import annotations

import os
import re
from pathlib import Path

from piikit.findings.errors import UsageError, told_in
from piikit.findings.messages import Lang

SHOWN = 40
"""How many characters of a content are shown that stands where a path should."""


def path_of(path: str | Path, lang: Lang = "en") -> Path:
    r"""The path that a caller names; `lang` is that of errors.

    Raises:
        UsageError: an empty text, which would be the folder of the process; an address; the content of a file.

    >>> path_of("figures.csv").suffix
    '.csv'
    >>> path_of("area,hdi\nHà Nội,0.8")
    Traceback (most recent call last):
    piikit.UsageError: 'area,hdi…' is the content of a file, not its path: hand in a table as bytes or ...
    """
    if isinstance(path, str):
        with told_in(lang):
            _check(path)
    return Path(path)


def _check(path: str) -> None:
    if not path.strip():
        raise UsageError("empty_path")
    if re.match(r"[a-z][a-z0-9+.-]+://", path, re.IGNORECASE):
        raise UsageError("address", value=path)
    if (re.search(r"[\r\n]", path) or path.lstrip()[:1] in ("{", "[")) and not os.path.exists(path):
        raise UsageError("content_for_path", value=path.strip().splitlines()[0][:SHOWN])

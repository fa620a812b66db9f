"""Findings as a file that can be sent back to whoever delivered the figures."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from piikit.errors import MissingExtraError, UsageError
from piikit.writers import formula_safe, write_whole

WIDTHS = {"message": 60, "hint": 50, "expected": 24, "value": 20, "area_name": 18, "column": 22, "code": 20, "file": 28}
"""Widths of columns in characters, so that a reader need not drag them; the others are 10."""


def _csv(found: pl.DataFrame) -> bytes:
    return formula_safe(found).write_csv().encode("utf-8-sig")


def _json(found: pl.DataFrame) -> bytes:
    return (json.dumps(found.to_dicts(), ensure_ascii=False, indent=1) + "\n").encode()


def _xlsx(found: pl.DataFrame) -> bytes:
    try:
        import xlsxwriter  # noqa: PLC0415 (the extra `excel` may be missing)
    except ModuleNotFoundError as error:
        raise MissingExtraError("writing xlsx files needs the extra 'excel': pip install 'piikit[excel]'") from error
    buffer = io.BytesIO()
    # Text stays text: nothing in a cell becomes a formula or a link.
    options: dict[str, Any] = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(buffer, options) as book:
        sheet = book.add_worksheet("findings")
        head = book.add_format({"bold": True, "bottom": 1})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        for place, name in enumerate(found.columns):
            sheet.set_column(place, place, WIDTHS.get(name, 10), wrap)
            sheet.write_string(0, place, name, head)
        for number, row in enumerate(found.iter_rows(), start=1):
            for place, cell in enumerate(row):
                if isinstance(cell, int):
                    sheet.write_number(number, place, cell)
                elif cell is not None:
                    sheet.write_string(number, place, str(cell))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(found.height, 1), len(found.columns) - 1)
    return buffer.getvalue()


FORMATS: Mapping[str, Callable[[pl.DataFrame], bytes]] = {".csv": _csv, ".json": _json, ".xlsx": _xlsx}


def write_findings(found: pl.DataFrame, path: str | Path) -> Path:
    """Write findings, as `check` or `Result.findings` give them, to a csv, json or xlsx file.

    Args:
        found: the frame of findings, or a part of it (those of one file, for example).
        path: where to; the suffix says in which format.

    Returns:
        the path.

    Raises:
        UsageError: another suffix, or the place cannot be written to.
        MissingExtraError: xlsx without the extra `excel`.

    >>> import piikit, tempfile
    >>> found = piikit.check({"area": ["Hà Nội"], "hdi": [1.8]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     piikit.write_findings(found, folder + "/findings.json").name
    'findings.json'
    """
    return write_whole(path, FORMATS[known_suffix(path)](found))


def known_suffix(path: str | Path) -> str:
    """The suffix of a file that findings can be written to.

    Raises:
        UsageError: another suffix.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in FORMATS:
        raise UsageError(f"{path}: findings are written as {', '.join(FORMATS)}, not {suffix!r}")
    return suffix

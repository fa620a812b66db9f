"""LibreOffice without a window: opening what piikit writes, and filling a form as somebody at a desk would."""

from __future__ import annotations

import datetime
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

SOFFICE = shutil.which("soffice")
needs_office = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed: there is no soffice")
TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
Cells = Mapping[tuple[int, int], Any]
"""By row and column, counted from 0: a number, a date or a text."""


def convert(paths: Sequence[Path], to: str, folder: Path) -> list[Path]:
    """The files in another format ("pdf", "fods", "xlsx"), made by one run of LibreOffice with a profile of its own."""
    assert SOFFICE is not None
    folder.mkdir(parents=True, exist_ok=True)
    profile = (folder / ".profile").resolve().as_uri()
    command = [SOFFICE, "--headless", f"-env:UserInstallation={profile}", "--convert-to", to, "--outdir", str(folder)]
    run = subprocess.run([*command, *map(str, paths)], capture_output=True, text=True, timeout=180, check=False)
    made = [folder / f"{path.stem}.{to.partition(':')[0]}" for path in paths]
    missing = [path.name for path in made if not path.is_file()]
    assert not missing, f"not converted: {missing}\n{run.stdout}\n{run.stderr}"
    return made


def filled(forms: Mapping[Path, Cells], folder: Path, *, sheet: int = 1) -> list[Path]:
    """Forms opened in LibreOffice, cells of a sheet filled, and saved as xlsx by LibreOffice, under their own names.

    Args:
        forms: what to fill in each form.
        folder: where to; what lies between is below it.
        sheet: the sheet, from 0; that of the figures where not given.
    """
    flat = convert(list(forms), "fods", folder / "between")
    for path, cells in zip(flat, forms.values(), strict=True):
        _fill(path, cells, sheet)
    return convert(flat, "xlsx", folder)


def _fill(path: Path, cells: Cells, sheet: int) -> None:
    etree = pytest.importorskip("lxml.etree")  # keeps the names of namespaces that formulas and conditions refer to
    tree = etree.parse(str(path))
    table = list(tree.iter(f"{{{TABLE}}}table"))[sheet]
    rows = list(
        _expanded(table.iter(f"{{{TABLE}}}table-row"), "number-rows-repeated", most=max(r for r, _ in cells) + 1)
    )
    for (row, column), value in cells.items():
        line = list(_expanded(list(rows[row]), "number-columns-repeated", most=column + 1))
        _write(line[column], value, etree)
    tree.write(str(path), xml_declaration=True, encoding="UTF-8")


def _expanded(elements: Iterable[Any], repeated: str, *, most: int) -> list[Any]:
    """The first elements, each that stands for several made into several."""
    found: list[Any] = []
    for element in elements:
        if len(found) >= most:
            break
        count = int(element.attrib.pop(f"{{{TABLE}}}{repeated}", "1"))
        copies = [element]
        for _ in range(min(count, most - len(found)) - 1):
            copy = element.__copy__()
            copies[-1].addnext(copy)
            copies.append(copy)
        if count > len(copies):
            rest = element.__copy__()
            rest.set(f"{{{TABLE}}}{repeated}", str(count - len(copies)))
            copies[-1].addnext(rest)
        found += copies
    return found


def _write(cell: Any, value: Any, etree: Any) -> None:
    for child in list(cell):
        cell.remove(child)
    if isinstance(value, datetime.date):
        kind, key, shown = "date", "date-value", value.isoformat()
    elif isinstance(value, int | float):
        kind, key, shown = "float", "value", repr(value)
    else:
        kind, key, shown = "string", "string-value", str(value)
    cell.set(f"{{{OFFICE}}}value-type", kind)
    cell.set(f"{{{CALC}}}value-type", kind)
    cell.set(f"{{{OFFICE}}}{key}", shown)
    etree.SubElement(cell, f"{{{TEXT}}}p").text = shown

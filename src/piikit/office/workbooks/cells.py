"""One cell: how a value of a document is written in it, and how what stands in it is read back.

A value that a cell of its kind would not give back exactly is not put there: the caller keeps it as JSON.
"""

from __future__ import annotations

import datetime
import json
import math
import re
import unicodedata
from typing import Any

from piikit.files.headers import codes_of, from_serial
from piikit.files.xlsx.grid import Cell
from piikit.files.xlsx.write import LONGEST
from piikit.office.workbooks.layout import Kind
from piikit.office.workbooks.method_text import method_text, pairs_text, parse_method, parse_pairs

NULL = "(null)"
"""Stands for what a document says is not known; an empty cell says nothing."""
SEPARATOR = "; "
EXACT = 2**53
"""Whole numbers beyond it are not all told apart by a spreadsheet."""
SERIALS = (36_526, 55_153)
"""1 January 2000 to 31 December 2050 as spreadsheets store them: what codes such as 1.1.2 are turned into."""
YEARS = (1900, 2100)
TRUE, FALSE = ("true", "đúng", "có"), ("false", "sai", "không")
TABOO = re.compile("[\x00-\x09\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Signs that XML or a spreadsheet would change."""
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_COMMA = re.compile(r"-?(?:0|[1-9][0-9]*),[0-9]+")
_THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2}[.,][0-9]{3}")

Scalar = str | int | float | bool


class OddCell(Exception):
    """A cell that cannot be read as what its column holds: the code of the finding and what its text needs."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


# -- writing -----------------------------------------------------------------------------------------------------


def encode(kind: Kind, value: Any) -> Scalar | None:
    """The cell that holds a value; None where no cell of this kind would give it back.

    >>> encode("number", 0.5), encode("codes", ["1.1", "1.2"]), encode("text", None), encode("number", "much")
    (0.5, '1.1; 1.2', '(null)', None)
    """
    found: Scalar | None
    if value is None:
        found = NULL
    elif kind in {"number", "integer"}:
        found = _figure(value)
    elif kind == "boolean":
        found = value if isinstance(value, bool) else None
    elif kind in {"list", "codes"}:
        found = _listed(value)
    elif kind == "numbers":
        found = _numbers(value)
    elif kind == "names":
        found = _listed(value) if isinstance(value, list) and len(value) != 1 else _loose(value)
    elif kind == "method":
        found = method_text(value) if isinstance(value, str | dict) else None
    elif kind == "figures":
        found = pairs_text(value) if isinstance(value, dict) else None
    elif kind == "word":
        found = _loose(value)
    else:
        found = _text(value)
    return None if isinstance(found, str) and len(found) > LONGEST else found


def as_json(value: Any) -> str:
    """A value as JSON that no spreadsheet changes."""
    text = json.dumps(value, ensure_ascii=False)
    return text if _plain(text) else json.dumps(value, ensure_ascii=True)


def _plain(text: str) -> bool:
    return TABOO.search(text) is None and unicodedata.is_normalized("NFC", text)


def _text(value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    if value and value == value.strip() and value != NULL and not _quoted(value) and _plain(value):
        return value
    return as_json(value)


def _loose(value: Any) -> str | None:
    """A text where a list or an object might stand too."""
    if isinstance(value, str):
        return as_json(value) if value[:1] in {"{", "["} or ";" in value or "\n" in value else _text(value)
    return as_json(value) if isinstance(value, dict | list) else None


def _figure(value: Any) -> Scalar | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    # A workbook keeps 16 digits, and does not know 1.0 from 1: what it would change is written out as text.
    exact = (
        abs(value) <= EXACT if isinstance(value, int) else not value.is_integer() and float(f"{value:.16G}") == value
    )
    return value if exact else json.dumps(value)


def _numbers(value: Any) -> str | None:
    parts = [_figure(part) for part in value] if isinstance(value, list) else [None]
    return SEPARATOR.join(str(part) for part in parts) if parts and None not in parts else None


def _listed(value: Any) -> str | None:
    if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
        return None
    simple = all(
        part and part == part.strip() and part != NULL and not re.search(r"[;\n]", part) and _plain(part)
        for part in value
    )
    joined = SEPARATOR.join(value)
    return joined if simple and value and not joined.startswith(("[", '"')) else as_json(value)


def _quoted(text: str) -> bool:
    """Whether a text is a JSON string in quotes."""
    if not text.startswith('"'):
        return False
    try:
        return isinstance(json.loads(text), str)
    except ValueError:
        return False


# -- reading -----------------------------------------------------------------------------------------------------


def decode(kind: Kind, cell: Cell) -> Any:
    """The value of a document that a cell holds.

    Raises:
        OddCell: the cell holds something else than its column does.
    """
    # LibreOffice keeps TRUE and FALSE as formulas.
    if cell.formula and not kind == cell.kind == "boolean":
        raise OddCell("book_formula", value=str(cell.value))
    if cell.kind == "error":
        raise OddCell("book_error", value=cell.value)
    if cell.kind == "text" and cell.value.strip() == NULL:
        return None
    if kind in {"number", "integer"}:
        return _to_number(cell)
    if kind == "boolean":
        return _to_boolean(cell)
    if kind == "day":
        return _to_day(cell)
    if kind in {"code", "area"}:
        return _to_code(cell, kind)
    if kind == "json":
        return cell.value if cell.kind in {"number", "text"} else _to_text(cell)
    if kind == "codes" and cell.kind != "text":
        return [_to_code(cell, "code")]
    if kind == "numbers":
        return _to_numbers(cell)
    return _from_text(kind, _to_text(cell))


def _from_text(kind: Kind, text: str) -> Any:
    if kind in {"list", "codes"} or (kind == "names" and (text.startswith("[") or re.search(r"[;\n]", text))):
        return _to_list(text) if not _quoted(text) else [json.loads(text)]
    if kind in {"method", "figures"}:
        try:
            return parse_method(text) if kind == "method" else parse_pairs(text)
        except ValueError as error:
            raise OddCell("book_method", value=text, part=str(error)) from error
    if kind == "word" and text.startswith("{"):
        return parse_json(text)
    return json.loads(text) if _quoted(text) else text


def parse_json(text: str) -> Any:
    """The JSON in a cell.

    Raises:
        OddCell: it is none.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise OddCell("book_json", value=text[:60], reason=str(error)) from error


def _to_text(cell: Cell) -> str:
    if cell.kind == "text":
        text = str(cell.value)
        return text if _quoted(text) else text.strip()
    if cell.kind == "number" and float(cell.value).is_integer():
        return str(int(cell.value))
    raise OddCell("book_not_text", value=shown(cell))


def _to_list(text: str) -> list[str]:
    if text.startswith("["):
        found = parse_json(text)
        if isinstance(found, list):
            return found
    return [part for part in (piece.strip() for piece in re.split(r"[;\n]", text)) if part]


def _to_number(cell: Cell) -> int | float:
    if cell.kind == "number":
        return int(cell.value) if float(cell.value).is_integer() else float(cell.value)
    if cell.kind == "text":
        return number_of(cell.value)
    raise OddCell("book_not_a_number", value=shown(cell))


def number_of(text: str) -> int | float:
    """The number that a text is: with a point or a comma before the decimals, but not what may be thousands.

    Raises:
        OddCell: it is none, or may be two.

    >>> number_of("0,5"), number_of("1.0")
    (0.5, 1.0)
    """
    plain = text.strip()
    if _THOUSANDS.fullmatch(plain):
        raise OddCell("book_two_numbers", value=plain, meant=re.sub(r"[.,]", "", plain))
    if _COMMA.fullmatch(plain):
        plain = plain.replace(",", ".")
    if _NUMBER.fullmatch(plain) is None:
        raise OddCell("book_not_a_number", value=plain)
    found: int | float = json.loads(plain) if len(plain) < 400 else math.inf
    if not math.isfinite(found):
        raise OddCell("book_not_a_number", value=plain)
    return found


def _to_numbers(cell: Cell) -> list[Any]:
    if cell.kind == "text":
        text = cell.value.strip()
        if text.startswith("["):
            found: list[Any] = parse_json(text)
            return found
        return [number_of(part) for part in re.split(r"[;\n]", text) if part.strip()]
    return [_to_number(cell)]


def _to_boolean(cell: Cell) -> bool:
    if cell.kind == "boolean":
        return bool(cell.value)
    text = str(cell.value).strip().casefold()
    if cell.kind == "text" and text in (*TRUE, *FALSE):
        return text in TRUE
    raise OddCell("book_not_true", value=shown(cell))


def _to_day(cell: Cell) -> str:
    if cell.day is not None:
        return f"{cell.day:%Y-%m}" if cell.month else cell.day.isoformat()
    if cell.kind == "number" and YEARS[0] <= cell.value <= YEARS[1] and float(cell.value).is_integer():
        return str(int(cell.value))
    if cell.kind == "text":
        text = str(cell.value)
        return str(json.loads(text)) if _quoted(text) else text.strip()
    raise OddCell("book_not_a_day", value=shown(cell))


def _to_code(cell: Cell, kind: Kind) -> str:
    """A code; one that a spreadsheet took for a number or a date is told with what was probably typed."""
    if cell.day is not None:
        raise OddCell("book_code_is_date", value=shown(cell), meant=_dates(cell.day))
    if cell.kind == "number":
        whole = float(cell.value).is_integer()
        number = str(int(cell.value)) if whole else f"{cell.value:.15G}"
        if whole and SERIALS[0] <= cell.value <= SERIALS[1]:
            raise OddCell("book_code_is_date", value=number, meant=_dates(from_serial(cell.value)))
        if not whole:
            raise OddCell("book_code_is_number", value=number, meant=f"{number} / {number}0")
        if kind == "area" and len(number) == 1:
            raise OddCell("book_code_is_number", value=number, meant=f"0{number} / {number}")
        return number
    return str(_from_text("text", _to_text(cell)))


def _dates(day: datetime.date) -> str:
    return codes_of(day.day, day.month, day.year)


def shown(cell: Cell) -> str:
    """What stands in a cell, for messages."""
    if isinstance(cell.value, datetime.date):
        return cell.value.isoformat()
    return f"{cell.value:.15G}" if isinstance(cell.value, float) else str(cell.value)

"""Text to numbers: every way people write a figure, and no guess where a figure can be read in two ways.

The point and the comma are both a decimal mark and a thousands mark, by country, by program and by typist. `8.5` and
`1.234.567` can be read in one way only; `1.234` can be read in two, a thousand times apart. Such a cell is decided by
the other cells of its column, or not at all.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl
from attrs import evolve, field, frozen

THOUSANDS_SPACES = " \u00a0\u2009\u202f"
"""Spaces that may part groups of three digits: plain, no-break, thin, narrow no-break."""
SPACES = THOUSANDS_SPACES + "\t\n\r\v\f\u2007\u3000\u200b\ufeff"
"""What may stand around a figure: the spaces above, line breaks, and what copying from pages leaves behind."""
PLACEHOLDERS = (
    "",
    "-",
    "–",
    "—",
    "−",
    "…",
    "...",
    "..",
    ".",
    "n/a",
    "n.a.",
    "na",
    "<na>",
    "null",
    "none",
    "nil",
    "không có",
    "chưa có",
    "khong co",
    "chua co",
    "không có số liệu",
    "chưa có số liệu",
    "không có dữ liệu",
    "chưa có dữ liệu",
)
"""What people and programs write where they have no figure, in lower case.

The dash, `…` and `.` are the signs of statistical yearbooks, the rest is what programs export and departments type.
`x`, `?`, `không` (which may mean zero) and the failed formulas of spreadsheets (`#N/A`, `#DIV/0!`) are not among them:
somebody has to say what they mean. The empty text is a cell that holds an apostrophe alone.
"""

LARGE = 20_000
"""From so many rows on the cells that are not plain are looked at apart; below, one plan for all columns is faster."""

_SPACE = f"[{THOUSANDS_SPACES}]"
_GROUPS = "[1-9][0-9]{0,2}"
_POINT = (
    rf"^[+-]?(?:(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
    rf"|{_GROUPS}(?:{_SPACE}[0-9]{{3}})+(?:\.[0-9]+)?"
    rf"|{_GROUPS}(?:,[0-9]{{3}})+(?:\.[0-9]+)?)$"
)
_COMMA = (
    rf"^[+-]?(?:[0-9]*,[0-9]+"
    rf"|{_GROUPS}(?:{_SPACE}[0-9]{{3}})+,[0-9]+"
    rf"|{_GROUPS}(?:\.[0-9]{{3}})+(?:,[0-9]+)?)$"
)
# What a program writes; it has one reading and is finite, so a column of nothing else needs no closer look.
_PLAIN = r"^(?:-?(?:[0-9]{1,40}|[0-9]{0,40}\.(?:[0-9]{1,2}|[0-9]{4,40})|(?:0[0-9]{0,40}|[0-9]{4,40})?\.[0-9]{3}))?$"
_MARKS = ("dots", "commas")
_NOT_FINITE = r"^[+-]?(?:nan|inf|infinity|∞)$"
_DATE = r"^(?:[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}(?:[ t].*)?|[0-9]{1,2}[-/.][0-9]{1,2}[-/.](?:[0-9]{2}|[0-9]{4}))$"


@frozen(kw_only=True)
class ParsedNumbers:
    """A column of texts as numbers.

    Attributes:
        numbers: 64-bit floats, finite or null.
        faults: by finding code, the cells that are concerned; their numbers are null.
    """

    numbers: pl.Series
    faults: Mapping[str, pl.Series] = field(factory=dict)


def parse(texts: pl.Series, *, percent: bool = False) -> ParsedNumbers:
    """The numbers that a column of texts holds.

    Accepted are a sign (also U+2212), digits, a decimal part after `.` or `,` (with nothing before it too), groups of
    three parted by spaces, points or commas, an exponent beside a point, spaces around, an apostrophe before.
    The numbers are those of Python's `float` on the same digits, bit for bit.

    Args:
        texts: the cells of one column; other cells of the same column decide what `1.234` means.
        percent: whether the unit is percent; only then may a `%` follow, and `12,5%` is 12.5.

    Returns:
        The numbers, and by finding code (`ambiguous_number`, `placeholder`, `date_in_cell`, `not_finite`,
        `not_a_number`) which cells are concerned.

    >>> parse(pl.Series(["1.234", "8,5", "1.234.567"])).numbers.to_list()
    [1234.0, 8.5, 1234567.0]
    >>> parse(pl.Series(["1.234", "12"])).faults["ambiguous_number"].to_list()
    [True, False]
    """
    name = texts.name
    return parse_columns(texts.to_frame(), percent=(name,) if percent else ())[name]


Marks = Mapping[str, frozenset[str]]
"""By column, what its cells show of the marks in them: "dots point", "dots comma", "commas point", "commas comma"."""


def marks_of(texts: pl.DataFrame, *, percent: Collection[str] = ()) -> dict[str, frozenset[str]]:
    """What the cells of part of a table show of their marks; the parts together decide as the whole table does."""
    names = dict(zip(map(str, range(texts.width)), texts.columns, strict=True))
    texts = texts.rename(dict(zip(texts.columns, names, strict=True)))
    plain = texts.select(pl.all().str.contains(_PLAIN).all()).row(0, named=True) if texts.width else {}
    # In a plain column a point is a decimal point.
    dots = texts.select(pl.col(key).str.contains(".", literal=True).any() for key, sure in plain.items() if sure)
    marks = {key: frozenset(["dots point"] if dots[key].any() else []) for key in dots.columns}
    doubtful = [key for key in names if not plain[key]]
    if doubtful:
        cells = texts.select(_cleaned(pl.col(key), percent=names[key] in percent) for key in doubtful)
        cells = cells.with_columns(expr for key in doubtful for expr in _signs(key))
        shown = cells.select(expr for key in doubtful for expr in _shown(key)).row(0, named=True)
        for key in doubtful:
            kinds = (f"{mark} {kind}" for mark in _MARKS for kind in ("point", "comma"))
            marks[key] = frozenset(kind for kind in kinds if shown[f"{key} {kind}"])
    return {name: marks[key] for key, name in names.items()}


def parse_columns(
    texts: pl.DataFrame, *, percent: Collection[str] = (), marks: Marks | None = None
) -> dict[str, ParsedNumbers]:
    """`parse` for each column of texts of a frame.

    Args:
        texts: the columns.
        percent: those whose unit is percent.
        marks: what the cells of the whole table show, where the frame is part of it.
    """
    # By place, so that no name of a column can be taken for a pattern or for one of the columns made on the way.
    names = dict(zip(map(str, range(texts.width)), texts.columns, strict=True))
    texts = texts.rename(dict(zip(texts.columns, names, strict=True)))
    plain = texts.select(pl.all().str.contains(_PLAIN).all()).row(0, named=True) if texts.width else {}
    sound = texts.select(pl.col(key).cast(pl.Float64, strict=False) for key, is_plain in plain.items() if is_plain)
    found = {series.name: ParsedNumbers(numbers=series) for series in sound}
    doubtful = [key for key in names if not plain[key]]
    marked = [key for key, name in names.items() if name in percent]
    known = None if marks is None else {key: marks.get(name, frozenset()) for key, name in names.items()}
    if doubtful and texts.height >= LARGE:
        found.update((key, _apart(texts[key], marked, known)) for key in doubtful)
    elif doubtful:
        found.update(_closer(texts.select(doubtful), marked, known))
    return {name: evolve(found[key], numbers=found[key].numbers.alias(name)) for key, name in names.items()}


def _apart(text: pl.Series, percent: Collection[str], marks: Marks | None) -> ParsedNumbers:
    """A long column: its plain cells as they are, the others with what the plain ones show of the decimal mark."""
    plain = text.str.contains(_PLAIN)
    odd = (~plain).fill_null(False)
    numbers = text.set(odd, None).cast(pl.Float64, strict=False)
    # A plain cell with a point has it as a decimal mark; one such cell beside the odd ones says so for all.
    sign = text.filter(plain & text.str.contains(".", literal=True)).head(1)
    closer = _closer(pl.concat([text.filter(odd), sign]).to_frame(), percent, marks)[text.name]
    places = odd.arg_true()
    faults = {}
    for code, mask in closer.faults.items():
        wrong = pl.repeat(False, len(text), dtype=pl.Boolean, eager=True)
        faults[code] = wrong.scatter(places.filter(mask.head(len(places))), True)
    return ParsedNumbers(numbers=numbers.scatter(places, closer.numbers.head(len(places))), faults=faults)


def _closer(texts: pl.DataFrame, percent: Collection[str], marks: Marks | None) -> dict[str, ParsedNumbers]:
    names = texts.columns
    cells = texts.select(_cleaned(pl.col(name), percent=name in percent) for name in names)
    cells = cells.with_columns(expr for name in names for expr in _signs(name))
    if marks is None:
        shown = cells.select(expr for name in names for expr in _shown(name)).row(0, named=True)
    else:
        kinds = [f"{mark} {kind}" for mark in _MARKS for kind in ("point", "comma")]
        shown = {f"{name} {kind}": kind in marks[name] for name in names for kind in kinds}
    cells = cells.select(expr for name in names for expr in _read(name, shown))
    odd = cells.select(expr for name in names for expr in _odd(name)).row(0, named=True)
    found = {}
    for name in names:
        faults = {code: cells[f"{name} {code}"] for code in ("ambiguous_number", "not_finite") if odd[f"{name} {code}"]}
        numbers = cells[f"{name} number"]
        if "not_finite" in faults:
            numbers = numbers.set(faults["not_finite"], None)
        if odd[f"{name} rest"]:
            faults.update(_leftovers(cells[name], cells[f"{name} rest"], faults))
        found[name] = ParsedNumbers(numbers=numbers, faults=faults)
    return found


def _cleaned(text: pl.Expr, *, percent: bool) -> pl.Expr:
    """The text without what may stand around a figure; null where there is nothing at all."""
    text = text.str.strip_chars(SPACES).replace("", None)
    text = text.str.strip_prefix("'").str.strip_chars(SPACES).str.replace("^\u2212", "-")
    return text.str.replace(rf"([0-9]){_SPACE}*%$", "$1") if percent else text


def _signs(name: str) -> list[pl.Expr]:
    """Which ways of reading accept a cell, and which marks it has."""
    text = pl.col(name).str
    return [
        text.contains(_POINT).alias(f"{name} point"),
        text.contains(_COMMA).alias(f"{name} comma"),
        text.contains(".", literal=True).alias(f"{name} dots"),
        text.contains(",", literal=True).alias(f"{name} commas"),
    ]


def _ways(name: str) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """Which cells can be read with a decimal point alone, with a decimal comma alone, and both ways."""
    point, comma = pl.col(f"{name} point"), pl.col(f"{name} comma")
    return point & ~comma, comma & ~point, point & comma


def _shown(name: str) -> list[pl.Expr]:
    """For each mark, whether some cell with one reading has it in a number with a decimal point, or comma."""
    by_point, by_comma, _ = _ways(name)
    return [
        (way & pl.col(f"{name} {mark}")).any().alias(f"{name} {mark} {kind}")
        for mark in _MARKS
        for kind, way in (("point", by_point), ("comma", by_comma))
    ]


def _read(name: str, shown: Mapping[str, bool]) -> list[pl.Expr]:
    """The number of each cell, whether it is in doubt, and whether it is no number.

    A cell that both ways of reading accept is ambiguous. Cells with one reading show what the marks in them are; they
    decide the ambiguous ones with the same mark where they agree.
    """
    text = pl.col(name)
    by_point, by_comma, both = _ways(name)
    for mark in _MARKS:
        if shown[f"{name} {mark} point"] != shown[f"{name} {mark} comma"]:
            decided = both & pl.col(f"{name} {mark}")
            by_point, by_comma = (
                (by_point | decided, by_comma) if shown[f"{name} {mark} point"] else (by_point, by_comma | decided)
            )
    bare = text.str.replace_all(_SPACE, "")
    # The mark that is no decimal mark is a thousands mark.
    with_point = bare.str.replace_all(",", "", literal=True)
    with_comma = bare.str.replace_all(".", "", literal=True).str.replace_all(",", ".", literal=True)
    number = pl.when(by_point).then(with_point).when(by_comma).then(with_comma).cast(pl.Float64, strict=False)
    return [
        text,
        number.alias(f"{name} number"),
        number.is_infinite().fill_null(False).alias(f"{name} not_finite"),
        (both & ~by_point & ~by_comma).fill_null(False).alias(f"{name} ambiguous_number"),
        ~(pl.col(f"{name} point") | pl.col(f"{name} comma")).fill_null(True).alias(f"{name} rest"),
    ]


def _odd(name: str) -> list[pl.Expr]:
    return [pl.col(f"{name} {kind}").any() for kind in ("ambiguous_number", "not_finite", "rest")]


def _leftovers(text: pl.Series, rest: pl.Series, faults: Mapping[str, pl.Series]) -> dict[str, pl.Series]:
    """What the cells are that hold no number; looked at by themselves, they are few."""
    words = text.filter(rest).str.normalize("NFC").str.to_lowercase()
    kinds = {
        "placeholder": words.is_in(PLACEHOLDERS),
        "not_finite": words.str.contains(_NOT_FINITE),
        "date_in_cell": words.str.contains(_DATE),
    }
    kinds["not_a_number"] = ~(kinds["placeholder"] | kinds["not_finite"] | kinds["date_in_cell"])
    places = rest.arg_true()
    found = {}
    for code, mask in kinds.items():
        if mask.any():
            marked = pl.repeat(False, len(text), dtype=pl.Boolean, eager=True).scatter(places.filter(mask), True)
            found[code] = marked | faults[code] if code in faults else marked
    return found

"""The names of columns in a file: as written, under which name they are known, and what is wrong with them."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence

import polars as pl
from attrs import frozen

from piikit.findings.finding import HIDDEN, Finding

SPELLINGS = {
    "area": ("area", "ref_area", "tỉnh", "địa phương", "tỉnh/thành phố", "tỉnh, thành phố", "province"),
    "period": ("period", "time_period", "năm", "year"),
}
"""How the two keys may be named in a file, in any case and in either form of Unicode."""
KNOWN = {spelling: name for name, spellings in SPELLINGS.items() for spelling in spellings}
SDMX_ONLY = ("STRUCTURE", "STRUCTURE_ID", "STRUCTURE_NAME", "DATAFLOW", "ACTION")
"""Columns of SDMX-CSV that say which message a row belongs to, and nothing about the figure."""
UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))
"""Signs without width that come along when text is copied from a page."""
DATES = (
    re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?"),
    re.compile(r"(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{2,4})"),
    re.compile(r"(?P<d>\d{1,2})-(?P<m>\d{1,2})-(?P<y>\d{4})"),
)
"""How spreadsheets write a date that a code such as 1.1.2 was turned into."""


def tidy(text: object) -> str:
    """A header as it is compared: composed signs, single spaces, nothing unseen around it."""
    if text is None:
        return ""
    plain = str(text)
    if not plain.isascii():
        plain = unicodedata.normalize("NFC", plain).translate(UNSEEN)
    return " ".join(plain.split())


def known(text: str) -> str | None:
    """The key that a header stands for; None for any other header."""
    return KNOWN.get(tidy(text).casefold())


def is_header(texts: Iterable[object]) -> bool:
    """Whether a row of cells names an area column."""
    return any(known(text) == "area" for text in texts if isinstance(text, str))


Heads = Callable[[Iterable[object]], bool]
"""Whether a row of cells is the header of a table."""


def letter(index: int) -> str:
    """A column as a spreadsheet names it.

    >>> letter(0), letter(27)
    ('A', 'AB')
    """
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(65 + rest) + text
    return text


def span(first: int, top: int, last: int, bottom: int) -> str:
    """A range as a spreadsheet names it, from its first and last column and row from 0.

    >>> span(0, 2, 1, 4)
    'A3:B5'
    """
    return f"{letter(first)}{top + 1}:{letter(last)}{bottom + 1}"


def meant(text: str) -> str | None:
    """The codes that a date in a header probably was; None where the text is no date.

    >>> meant("2002-01-01"), meant("02/01/2003")
    ('1.1.2', '2.1.3 / 1.2.3')
    """
    match = next((found for pattern in DATES if (found := pattern.fullmatch(text))), None)
    if match is None:
        return None
    day, month, year = (int(match[part]) for part in "dmy")
    return codes_of(day, month, year)


def codes_of(day: int, month: int, year: int) -> str:
    """A date as the codes that may have been typed, with the day or the month first."""
    short = year % 100
    return " / ".join(dict.fromkeys((f"{day}.{month}.{short}", f"{month}.{day}.{short}")))


def from_serial(serial: float) -> datetime.date:
    """The day that a spreadsheet stores as a number (days since 30 December 1899)."""
    return datetime.date(1899, 12, 30) + datetime.timedelta(days=int(serial))


@frozen(kw_only=True)
class Place:
    """Where a table stands: a file, and a sheet of it where it has sheets."""

    file: str
    sheet: str | None = None

    @property
    def where(self) -> str:
        """Both in one text."""
        return self.file if self.sheet is None else f"{self.file} [{self.sheet}]"

    def cells(self, rows: Sequence[int | None], values: Sequence[object]) -> pl.DataFrame:
        """Cells of a finding in this table."""
        texts = [None if value is None else str(value) for value in values]
        return pl.DataFrame(
            {"value": texts, "file": self.file, "sheet": self.sheet, "row": rows},
            schema={"value": pl.String, "file": pl.String, "sheet": pl.String, "row": pl.Int64},
        )

    def origin(self, rows: pl.Series) -> list[pl.Series]:
        """The hidden columns of the table, from the row numbers that a person sees."""
        n = len(rows)
        return [
            pl.Series(HIDDEN["file"], [self.file], dtype=pl.String).new_from_index(0, n),
            pl.Series(HIDDEN["sheet"], [self.sheet], dtype=pl.String).new_from_index(0, n),
            rows.cast(pl.Int64).alias(HIDDEN["row"]),
        ]


def name_columns(
    texts: Sequence[str], filled: Sequence[bool], place: Place, row: int, dates: dict[int, str] | None = None
) -> tuple[dict[int, str], list[Finding]]:
    """The columns to read, by their number, with the names they are known by.

    Args:
        texts: the header as written.
        filled: whether a column holds anything below its header.
        place: the table.
        row: the row of the header.
        dates: columns whose header a spreadsheet stores as a date, with what was probably meant.
    """
    found: list[Finding] = []
    names: dict[int, str] = {}
    for index, text in enumerate(texts):
        name, where = tidy(text), {"where": place.where, "letter": letter(index)}
        probably = (dates or {}).get(index) or meant(name)
        if probably:
            told = {**where, "meant": probably}
            found.append(Finding(code="header_is_date", column=name, params=told, cells=place.cells([row], [name])))
        elif name in HIDDEN.values():
            found.append(Finding(code="reserved_header", column=name, params=where, cells=place.cells([row], [name])))
        elif name:
            names[index] = name
        elif filled[index]:
            column = letter(index)
            found.append(
                Finding(
                    code="empty_header",
                    severity="warning",
                    column=column,
                    params=where,
                    cells=place.cells([row], [name]),
                )
            )
    names = _translated(names)
    for name in dict.fromkeys(names.values()) if len(set(names.values())) < len(names) else ():
        same = [index for index, other in names.items() if other == name]
        if len(same) > 1:
            params = {"where": place.where, "letters": [letter(index) for index in same]}
            cells = place.cells([row], [name])
            found.append(Finding(code="duplicate_header", column=name, params=params, cells=cells))
            names = {index: other for index, other in names.items() if other != name}
    return names, found


def _translated(names: dict[int, str]) -> dict[int, str]:
    """Keys under piikit's own names; what SDMX-CSV adds around its figures is left out."""
    taken = set(names.values())
    sdmx = "REF_AREA" in taken
    if sdmx:
        names = {index: name for index, name in names.items() if name not in SDMX_ONLY}
    result: dict[int, str] = {}
    for index, name in names.items():
        own = known(name) or (SDMX.get(name) if sdmx else None)
        # A column that bears the name itself comes first; a second spelling stays what it is, and is named later.
        if own is not None and own != name and own not in taken:
            taken.add(own)
            result[index] = own
        else:
            result[index] = name
    return result


SDMX = {
    "REF_AREA": "area",
    "TIME_PERIOD": "period",
    "INDICATOR": "item",
    "OBS_VALUE": "value",
    "OBS_STATUS": "status",
}

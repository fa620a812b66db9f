"""Text to numbers: each form once, the evidence of a column, and a slow reading of the rules beside the fast one."""

from __future__ import annotations

import datetime
import math
import re
import struct
import unicodedata
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from piikit.inputs.checks.cells import to_numbers
from piikit.inputs.checks.numbers import PLACEHOLDERS, SPACES, parse, parse_columns

AMBIGUOUS, PLACEHOLDER, DATE, FINITE, NONE = (
    "ambiguous_number",
    "placeholder",
    "date_in_cell",
    "not_finite",
    "not_a_number",
)


def read(*texts: str | None, percent: bool = False) -> list[float | str | None]:
    """Each cell of a column as its number, or the code of its finding, or null."""
    parsed = parse(pl.Series("c", texts, dtype=pl.String), percent=percent)
    said: list[float | str | None] = parsed.numbers.to_list()
    for code, mask in parsed.faults.items():
        for place in mask.arg_true():
            assert said[place] is None
            said[place] = code
    return said


# -- each form ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12.0),
        ("-12", -12.0),
        ("+12", 12.0),
        ("\u221212", -12.0),
        ("007", 7.0),
        ("-0", -0.0),
        ("0", 0.0),
        ("8.5", 8.5),
        ("8,5", 8.5),
        ("0.812", 0.812),
        ("0,812", 0.812),
        ("1234.567", 1234.567),
        ("12.3456", 12.3456),
        (".5", 0.5),
        (",5", 0.5),
        (".500", 0.5),
        ("012.345", 12.345),
        ("1e5", 1e5),
        ("1.5E+06", 1.5e6),
        ("1.234e-3", 0.001234),
        ("1 234", 1234.0),
        ("1\u00a0234\u00a0567", 1234567.0),
        ("1\u2009234,5", 1234.5),
        ("1\u202f234.567", 1234.567),
        ("-1 234 567", -1234567.0),
        ("1.234.567", 1234567.0),
        ("1,234,567", 1234567.0),
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("1.234.567,89", 1234567.89),
        ("1.234,567", 1234.567),
        ("1,234.567", 1234.567),
        (" 12 ", 12.0),
        ("\u00a012\t", 12.0),
        ("\ufeff12\n", 12.0),
        ("'12", 12.0),
        ("' 12,5", 12.5),
        ("", None),
        ("   ", None),
        ("123456789012345678901234567890", 1.2345678901234568e29),
    ],
)
def test_each_form_of_a_number(text: str, number: float | None) -> None:
    said = read(text)[0]
    assert said == number
    assert number is None or math.copysign(1, said) == math.copysign(1, number)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("about 20", NONE),
        ("12 34", NONE),
        ("1 2345", NONE),
        ("0 123", NONE),
        ("0.123.456", NONE),
        ("12.34,5", NONE),
        ("1234.567,8", NONE),
        ("1.234 567", NONE),
        ("1,5e3", NONE),
        ("5.", NONE),
        ("1..5", NONE),
        ("1,2,3", NONE),
        ("--5", NONE),
        ("- 5", NONE),
        ("–5", NONE),
        ("12%", NONE),
        ("12 tỷ", NONE),
        ("(12)", NONE),
        ("0x10", NONE),
        ("1_000", NONE),
        ("１２", NONE),
        ("true", NONE),
        ("x", NONE),
        ("không", NONE),
        ("#N/A", NONE),
        ("#DIV/0!", NONE),
        ("12\n13", NONE),
        ("%", NONE),
        ("e5", NONE),
        ("-", PLACEHOLDER),
        ("–", PLACEHOLDER),
        ("\u2212", PLACEHOLDER),
        ("…", PLACEHOLDER),
        ("...", PLACEHOLDER),
        (".", PLACEHOLDER),
        ("N/A", PLACEHOLDER),
        ("NA", PLACEHOLDER),
        ("null", PLACEHOLDER),
        (" Không có ", PLACEHOLDER),
        (unicodedata.normalize("NFD", "chưa có"), PLACEHOLDER),
        ("'", PLACEHOLDER),
        ("'-", PLACEHOLDER),
        ("NaN", FINITE),
        ("-inf", FINITE),
        ("Infinity", FINITE),
        ("∞", FINITE),
        ("1e400", FINITE),
        ("9" * 400, FINITE),
        ("2024-01-05", DATE),
        ("05/01/2024", DATE),
        ("5.1.2024", DATE),
        ("2024-01-05 00:00:00", DATE),
        ("1.234", AMBIGUOUS),
        ("12,345", AMBIGUOUS),
        ("-123.456", AMBIGUOUS),
        ("'1.234", AMBIGUOUS),
    ],
)
def test_each_form_that_is_no_number(text: str, code: str) -> None:
    assert read(text) == [code]


def test_a_percent_sign_counts_where_the_unit_is_percent_alone() -> None:
    assert read("12,5%", "12 %", "7", "%", "1.234%", percent=True) == [12.5, 12.0, 7.0, NONE, AMBIGUOUS]
    assert read("12,5%", "7") == [NONE, 7.0]


# -- what a column shows -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("evidence", ["8.5", "12.3456", "0.25", "0.812", "1234.567", "1,234.5", "1.5e3", "1 234.5"])
def test_a_decimal_mark_elsewhere_makes_it_decimal(evidence: str) -> None:
    assert read("1.234", evidence)[0] == 1.234
    if "e" not in evidence:
        mirrored = evidence.translate(str.maketrans(".,", ",."))
        assert read("1,234", mirrored)[0] == 1.234


@pytest.mark.parametrize("evidence", ["1.234.567", "1.234,5", "12.345.678,9"])
def test_a_thousands_mark_elsewhere_makes_it_thousands(evidence: str) -> None:
    assert read("1.234", evidence)[0] == 1234.0
    assert read("1,234", evidence.translate(str.maketrans(".,", ",.")))[0] == 1234.0


@pytest.mark.parametrize(
    "others", [[], ["12"], ["5.678"], ["8,5"], ["5,678"], ["1 234"], ["8.5", "1.234.567"], ["x", "-", None]]
)
def test_without_evidence_or_with_both_it_is_an_error(others: list[str | None]) -> None:
    assert read("1.234", *others)[0] == AMBIGUOUS


def test_each_mark_is_judged_by_itself() -> None:
    assert read("1.234", "8.5", "1,234") == [1.234, 8.5, AMBIGUOUS]
    assert read("1.234", "8,5", "2.345.678") == [1234.0, 8.5, 2345678.0]


def test_each_column_is_judged_by_itself() -> None:
    frame = pl.DataFrame({"a": ["1.234", "8.5"], "^a$": ["1.234", "1.234.567"], "0 point": ["1.234", "7"]})
    parsed = parse_columns(frame)
    assert parsed["a"].numbers.to_list() == [1.234, 8.5]
    assert parsed["^a$"].numbers.to_list() == [1234.0, 1234567.0]
    assert parsed["0 point"].faults[AMBIGUOUS].to_list() == [True, False]


# -- the same rules, slowly --------------------------------------------------------------------------------------


def groups(text: str, mark: str) -> bool:
    """Whether a text is digits in right groups of three."""
    first, *others = text.split(mark)
    return (
        bool(others)
        and 1 <= len(first) <= 3
        and first[0] != "0"
        and all(len(part) == 3 for part in others)
        and digits(first)
        and all(map(digits, others))
    )


def digits(text: str) -> bool:
    return text != "" and all(sign in "0123456789" for sign in text)


def reading(text: str, decimal: str, thousands: str) -> float | None:
    """The number under one meaning of the marks; None where the text does not fit it."""
    sign = text[:1] if text[:1] in ("+", "-") else ""
    body = text[len(sign) :]
    power = ""
    if decimal == "." and "e" in body.lower():
        body, _, power = body.lower().partition("e")
        if not digits(power[1:] if power[:1] in ("+", "-") else power) or not all(c in "0123456789." for c in body):
            return None
    whole, mark, part = body.partition(decimal)
    if mark and not digits(part):
        return None
    grouped = groups(whole, thousands) or groups(whole.replace("\u00a0", " "), " ")
    if not (digits(whole) or grouped or (whole == "" and mark)):
        return None
    plain = whole.replace(thousands, "").replace(" ", "").replace("\u00a0", "")
    return float(sign + (plain or "0") + ("." + part if mark else "") + ("e" + power if power else ""))


def slowly(texts: list[str], *, percent: bool) -> list[float | str | None]:
    clean = []
    for text in texts:
        quoted = text.strip(SPACES)
        bare = quoted.removeprefix("'").strip(SPACES)
        bare = "-" + bare[1:] if bare.startswith("\u2212") else bare
        if percent and bare.endswith("%") and digits(bare[:-1].rstrip(" \u00a0")[-1:]):
            bare = bare[:-1].rstrip(" \u00a0")
        clean.append((bare, quoted == ""))
    ways = [(reading(text, ".", ","), reading(text, ",", ".")) for text, _ in clean]
    doubtful = [
        a is not None and b is not None and ("." in t or "," in t) for (a, b), (t, _) in zip(ways, clean, strict=True)
    ]
    means: dict[str, set[str]] = {".": set(), ",": set()}
    for (point, comma), (text, _), unsure in zip(ways, clean, doubtful, strict=True):
        for mark in ".,":
            if mark in text and not unsure and (point is not None or comma is not None):
                means[mark].add("point" if point is not None else "comma")
    said: list[float | str | None] = []
    for (point, comma), (text, empty), unsure in zip(ways, clean, doubtful, strict=True):
        meant = means["." if "." in text else ","]
        if unsure:
            value = (point if meant == {"point"} else comma) if len(meant) == 1 else None
            said.append(AMBIGUOUS if value is None else value)
        elif point is not None or comma is not None:
            value = point if point is not None else comma
            assert value is not None
            said.append(value if math.isfinite(value) else FINITE)
        else:
            said.append(None if empty else other(text))
    return said


def other(text: str) -> str:
    word = unicodedata.normalize("NFC", text).lower()
    if word in PLACEHOLDERS:
        return PLACEHOLDER
    if word.lstrip("+-") in {"nan", "inf", "infinity", "∞"} and len(word) - len(word.lstrip("+-")) <= 1:
        return FINITE
    return (
        DATE
        if re.fullmatch(r"\d{1,2}[-/.]\d{1,2}[-/.](\d{2}|\d{4})|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([ t].*)?", word, re.ASCII)
        else NONE
    )


BITS = st.sampled_from(
    ["0", "1", "12", "123", "234", "1234", ".", ",", " ", "\u00a0", "-", "+", "e", "%", "'", "\u2212", "x"]
)
LIKELY = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "-", "'"]),
    st.sampled_from(["0", "1", "12", "123", "0123", "1.234", "1,234", "1 234", "12.345.678", "1,234,567"]),
    st.sampled_from(["", ".5", ",5", ".123", ",123", ".1234", ",12", "e3", "%", " %"]),
)
CELLS = st.one_of(st.lists(BITS, max_size=6).map("".join), LIKELY, st.text(max_size=4), st.sampled_from(PLACEHOLDERS))


@given(st.lists(CELLS, min_size=1, max_size=6), st.booleans())
def test_every_column_reads_as_the_slow_reading_does(texts: list[str], percent: bool) -> None:
    ours, theirs = read(*texts, percent=percent), slowly(texts, percent=percent)
    assert ours == theirs
    assert [bits(cell) for cell in ours] == [bits(cell) for cell in theirs]


def bits(cell: Any) -> bytes | None:
    return struct.pack("d", cell) if isinstance(cell, float) else None


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=8))
def test_every_float_comes_back_bit_for_bit(numbers: list[float]) -> None:
    # A sound decimal beside them: without it, numbers such as 1.234 alone are rightly in doubt.
    said = read(*map(repr, numbers), "0.5")[:-1]
    assert [bits(cell) for cell in said] == [bits(number) for number in numbers]


# -- a table -----------------------------------------------------------------------------------------------------


def table(**columns: Any) -> pl.DataFrame:
    height = len(next(iter(columns.values())))
    keys = {name: pl.Series([str(n) for n in range(height)]) for name in ("area", "area_name", "period")}
    return pl.DataFrame({**keys, **columns})


def test_a_table_names_every_cell_as_written() -> None:
    frame, found = to_numbers(table(x=[" 1.234", "n/a", "many", "3"], y=["5%", "6", None, ""]), ["x", "y"], {"y"})
    assert frame.select("x", "y").rows() == [(None, 5.0), (None, 6.0), (None, None), (3.0, None)]
    said = {(f.code, f.severity, f.column, *f.cells["value"]) for f in found if f.cells is not None}
    assert said == {
        (AMBIGUOUS, "error", "x", " 1.234"),
        (PLACEHOLDER, "info", "x", "n/a"),
        (NONE, "error", "x", "many"),
    }


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ([True, None], NONE),
        ([datetime.date(2024, 1, 5), None], DATE),
        ([datetime.datetime(2024, 1, 5), None], DATE),
        ([datetime.time(8), None], NONE),
        ([datetime.timedelta(1), None], NONE),
        ([[1, 2], None], NONE),
        ([{"a": 1}, None], NONE),
        ([b"1", None], NONE),
    ],
    ids=range(8),
)
def test_what_is_no_number_by_its_type_is_an_error(values: list[Any], code: str) -> None:
    frame, found = to_numbers(table(x=values), ["x"])
    assert frame["x"].to_list() == [None, None]
    assert frame["x"].dtype == pl.Float64
    assert [(f.code, f.count) for f in found] == [(code, 1)]
    assert found[0].cells is not None
    assert found[0].cells["value"][0]


def test_native_numbers_and_categories_are_taken_as_they_are() -> None:
    frame = table(i=[1, None], f=[1.234, math.nan], c=pl.Series(["8,5", "2"], dtype=pl.Categorical), n=[None, None])
    made, found = to_numbers(frame, ["i", "f", "c", "n"])
    assert found == []
    assert made["i"].to_list() == [1.0, None]
    assert made["c"].to_list() == [8.5, 2.0]
    assert made["f"].equals(frame["f"])
    assert made["n"].dtype == pl.Float64


KINDS = [
    "",
    "1",
    "12.5",
    "0.123",
    "1234.567",
    None,
    ".5",
    "-3",
    "1.234",
    "1,234",
    "8,5",
    "1.234.567",
    "x",
    "-",
    "NaN",
    "1e400",
    "12%",
    "2024-01-01",
    " 7 ",
    "1 234",
    "0,123",
    "'5",
    "1e3",
    "+4",
]


@given(st.lists(st.sampled_from(KINDS), max_size=7), st.booleans())
def test_a_long_column_is_read_as_a_short_one_is(cells: list[str | None], percent: bool) -> None:
    texts = pl.Series("x", cells, dtype=pl.String)
    short = parse(texts, percent=percent)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("piikit.inputs.checks.numbers.LARGE", 0)
        long = parse(texts, percent=percent)
    assert long.numbers.equals(short.numbers, check_names=True, check_dtypes=True)
    said = [{code: mask.to_list() for code, mask in parsed.faults.items()} for parsed in (long, short)]
    assert list(said[0].items()) == list(said[1].items())

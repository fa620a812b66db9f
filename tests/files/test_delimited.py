"""Text files: what is told from their bytes alone is what decoding them would tell."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from piikit.files.delimited import COMPOSED, _composed, read_delimited, records

SIGNS = [chr(number) for first, last in COMPOSED for number in range(first, last + 1)]
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
VIETNAMESE = st.text(st.sampled_from("aă ạơ\u0301\u0323ồđĐƠ–…\u2000\u037e\n"), max_size=12)


def test_the_signs_known_as_composed_are_so_behind_any_other() -> None:
    for before in ("", "a", "A", "ơ", "Ư", "\u0301", "\u1ea1", "…"):
        together = before + "x".join(before + sign for sign in SIGNS)
        assert unicodedata.normalize("NFC", together) == together


def test_each_known_sign_is_known_by_its_bytes() -> None:
    assert all(_composed(f"a{sign}a".encode()) for sign in SIGNS)


@given(st.one_of(ANY, VIETNAMESE))
def test_what_is_told_from_bytes_is_true_of_the_text(text: str) -> None:
    known = _composed(text.encode())
    assert known == all(sign < "\x80" or sign in SIGNS for sign in text)
    assert unicodedata.is_normalized("NFC", text) or not known


@given(st.binary(max_size=12))
def test_no_bytes_pass_that_python_does_not_decode(content: bytes) -> None:
    try:
        content.decode()
    except UnicodeDecodeError:
        assert not _composed(content)


@given(st.lists(st.lists(st.sampled_from(["", "a", "1", "ồ"]), max_size=4), max_size=6))
def test_records_are_counted_alike_with_and_without_quotes(rows: list[list[str]]) -> None:
    plain = "".join(",".join(row) + "\n" for row in rows).encode()
    quoted = "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in rows).encode()
    assert [len(ends) for ends in records(plain, ",", "a")] == [len(ends) for ends in records(quoted, ",", "a")]
    assert records(plain, ",", "a")[1].tolist() == records(quoted, ",", "a")[1].tolist()


@pytest.mark.parametrize(
    ("body", "rows", "codes"),
    [
        ("a,1\n,\nb,2\n", [("a", "1"), ("b", "2")], []),
        ("a,1\n ,3\nb,2\n", [("a", "1"), (" ", "3"), ("b", "2")], []),
        ("a,1\nb\n", [("a", "1"), ("b", None)], ["short_row"]),
        ("a,1\nb,2,\n", [("a", "1"), ("b", "2")], []),
        ("a,1\nb,2,3\n", [("a", "1")], ["ragged_row"]),
        ("a,1\n\n", [("a", "1")], []),
    ],
)
def test_no_short_way_loses_a_check(body: str, rows: list[tuple[str | None, ...]], codes: list[str]) -> None:
    read = read_delimited(f"area,x\n{body}".encode(), "a.csv")
    assert read.frame.select("area", "x").rows() == rows
    assert [finding.code for finding in read.findings] == codes

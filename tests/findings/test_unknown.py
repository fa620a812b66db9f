"""Names that are not known: the nearest one is a hint where it is the only one, and the text is of the catalogue."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

import piikit
from piikit.findings.errors import told_in
from piikit.findings.messages import LANGUAGES, messages
from piikit.findings.unknown import MISSPELT, misspelt, nearest, unknown, unknown_fault

NAMES = st.text(string.ascii_letters + string.digits + ".-_ ", min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("name", "known", "near"),
    [
        ("populaton", ["grdp", "population"], "population"),
        ("weather", ["grdp", "population"], None),
        ("HDI", ["hdi"], "hdi"),
        ("PPI", ["PII", "1", "1.1"], "PII"),
        ("1.9", ["1.1", "1.2", "2.9"], None),  # every one of them is as near
        ("pii-20244", ["pii-2023", "pii-2024"], "pii-2024"),
        ("x", [], None),
        ("", ["a"], None),
    ],
)
def test_a_hint_names_the_only_nearest(name: str, known: list[str], near: str | None) -> None:
    assert nearest(name, known) == near


@given(NAMES, st.lists(NAMES, unique_by=str.casefold))
def test_the_order_of_the_known_names_changes_no_hint(name: str, known: list[str]) -> None:
    assert nearest(name, known) == nearest(name, reversed(known))


@given(NAMES, st.lists(NAMES, unique_by=str.casefold))
def test_what_is_taken_for_misspelt_is_hinted_at_or_one_of_several(name: str, known: list[str]) -> None:
    meant, near = misspelt(name, known), nearest(name, known)
    assert meant is None or near is None or near == meant
    assert MISSPELT < 1
    assert meant in {None, *known}


def test_the_error_shows_the_name_the_near_one_and_the_first_known_ones() -> None:
    known = [f"area {place:02}" for place in range(20)]
    error = unknown("area", "areas 07", known)
    assert str(error).startswith("unknown area 'areas 07'; did you mean 'area 07'? Known: area 00, ")
    assert str(error).endswith("area 11…")
    assert str(unknown("code", 5, [])) == "unknown code '5'."


def test_every_kind_has_a_name_in_both_languages() -> None:
    for lang in LANGUAGES:
        kinds = [key for key in messages(lang).texts if key.startswith("kind.")]
        assert len(kinds) > 20
        for key in kinds:
            assert messages(lang).texts[key] in unknown(key.removeprefix("kind."), "x", ["y"]).text(lang)


def test_why_a_name_may_be_missing_stands_before_what_is_known() -> None:
    absent = {"vi": "Do plugin a.", "en": "Plugin a failed."}
    error = unknown("edition", "x", ["y"], absent=absent)
    assert str(error) == "unknown edition 'x'. Plugin a failed. Known: y"
    with pytest.raises(piikit.UsageError, match="Do plugin a"), told_in("vi"):
        raise error


def test_a_fault_of_a_document_carries_the_near_name() -> None:
    item = unknown_fault("/nodes/0/parent", "orphan", "PPI", ["PII"], node="1")
    assert (item.column, item.params["near"], item.params["node"]) == ("/nodes/0/parent", "PII", "1")
    assert item.severity == "error"

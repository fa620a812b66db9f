from __future__ import annotations

import re
import string
from pathlib import Path

import polars as pl
import pytest

import piikit
from piikit.findings.faults import nearest
from piikit.findings.finding import SCHEMA, Finding, Findings
from piikit.findings.messages import messages

SOURCE = Path(piikit.__file__).parent
TEXTS = {lang: messages(lang).texts for lang in ("vi", "en")}


def placeholders(template: str) -> list[str]:
    """What is filled in; the number that only chooses between one word and another is not."""
    return sorted({name for _, name, spec, _ in string.Formatter().parse(template) if name and not spec})


def codes_in_source() -> set[str]:
    """Every code that a finding or a fault is made with, as far as it stands in the source as a text."""
    found: set[str] = set()
    for file in SOURCE.rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        found |= set(re.findall(r"Finding\(\s*code=\"(\w+)\"", text))
        found |= set(re.findall(r"\bfault\(\s*(?:[^,()]|\([^()]*\))+,\s*\"(\w+)\"", text))
        found |= set(re.findall(r"_fault\(\s*(?:[^,()]|\([^()]*\))+,\s*\"(\w+)\"", text))
        found |= set(re.findall(r"_fault\(\s*\"(\w+)\",\s*\"(?:error|warning|info)\"", text))
    return found - {"error", "warning", "info"}


def test_both_catalogues_have_the_same_keys() -> None:
    assert sorted(set(TEXTS["vi"]) ^ set(TEXTS["en"])) == []


def test_both_catalogues_fill_in_the_same_parameters() -> None:
    assert [key for key in TEXTS["en"] if placeholders(TEXTS["en"][key]) != placeholders(TEXTS["vi"][key])] == []


def test_no_text_is_empty_or_left_in_the_other_language() -> None:
    assert [key for lang in TEXTS for key, text in TEXTS[lang].items() if not text.strip()] == []
    # What is the same in both is made of parameters and signs alone.
    same = [key for key in TEXTS["en"] if TEXTS["en"][key] == TEXTS["vi"][key] and key.startswith("finding.")]
    assert [key for key in same if re.search(r"[a-z]{3,}", re.sub(r"\{\w+\}", "", TEXTS["en"][key]))] == []


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_code_in_the_source_has_its_texts(lang: str) -> None:
    codes = codes_in_source()
    assert len(codes) > 40
    missing = [
        f"{code}.{part}"
        for code in sorted(codes)
        for part in ("message", "group")
        if f"finding.{code}.{part}" not in TEXTS[lang]
    ]
    assert missing == []


def test_every_error_of_the_data_says_what_is_expected_and_what_to_do() -> None:
    of_data = (
        "unknown_area",
        "ended_area",
        "ambiguous_area",
        "no_area",
        "no_item",
        "missing_key",
        "duplicate_key",
        "misspelt_item",
        "not_a_number",
        "not_finite",
        "below_minimum",
        "above_maximum",
        "not_above",
        "not_below",
        "not_whole",
        "zero_denominator",
        "unknown_code",
        "bad_rank",
        "crossed_bounds",
    )
    said = {
        code: {part for part in ("expected", "hint", "near") if f"finding.{code}.{part}" in TEXTS["en"]}
        for code in of_data
    }
    assert [code for code, parts in said.items() if "expected" not in parts or not parts & {"hint", "near"}] == []


# -- findings as data --------------------------------------------------------------------------------------------

CELLS = pl.DataFrame(
    {
        "area": [f"{n:02}" for n in range(9)],
        "area_name": [f"Tỉnh {n}" for n in range(9)],
        "period": "2024",
        "value": [str(-n - 1) for n in range(9)],
    }
)
BELOW = Finding(code="below_minimum", column="population", params={"limit": 0}, cells=CELLS)


def test_a_finding_is_a_row_a_place() -> None:
    frame = BELOW.frame("en")
    assert frame.schema == SCHEMA
    assert frame.height == BELOW.count == 9
    assert frame.row(0, named=True) == {
        "severity": "error",
        "code": "below_minimum",
        "area": "00",
        "area_name": "Tỉnh 0",
        "period": "2024",
        "column": "population",
        "value": "-1",
        "expected": "at least 0",
        "message": "Tỉnh 0: population is -1, below the minimum 0",
        "hint": "Check the figure, its unit, and whether it stands in the right column.",
        "file": None,
        "sheet": None,
        "row": None,
        "scenario": None,
    }


def test_a_group_counts_its_areas_and_names_the_first() -> None:
    line = BELOW.line("en")
    assert line.startswith("population: below the minimum 0 (9: Tỉnh 0 (-1), Tỉnh 1 (-2)")
    assert "Tỉnh 5" in line
    assert "Tỉnh 6" not in line


def test_numbers_are_written_in_the_readers_language() -> None:
    finding = Finding(code="below_minimum", column="x", params={"limit": 0.5}, cells=CELLS.head(1))
    assert "0,5" in finding.line("vi")
    assert "0.5" in finding.line("en")


def test_names_with_braces_do_not_break_a_text() -> None:
    cells = pl.DataFrame({"area_name": ["{limit}"], "value": ["{0}"]})
    row = (
        Finding(code="below_minimum", column="{column}", params={"limit": 0}, cells=cells)
        .frame("en")
        .row(0, named=True)
    )
    assert row["message"] == "{limit}: {column} is {0}, below the minimum 0"


def test_findings_are_ordered_errors_first_but_the_edition_leads() -> None:
    kinds = [
        ("info", "no_data"),
        ("error", "no_area"),
        ("warning", "unknown_column"),
        ("warning", "reconstructed_edition"),
    ]
    ordered = Findings(Finding(severity=severity, code=code) for severity, code in kinds).sorted()
    assert [item.code for item in ordered] == ["reconstructed_edition", "no_area", "unknown_column", "no_data"]


def test_counts_are_of_places() -> None:
    assert Findings([BELOW, Finding(code="no_data", severity="info")]).counts() == {"error": 9, "warning": 0, "info": 1}


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_an_input_error_groups_everything_at_once(lang: str, engine: piikit.Engine) -> None:
    table = {"area": ["Hà Nội", "Huế", "Atlantis"], "population": [-1, -2, 5], "populaton": [1, 2, 3]}
    with pytest.raises(piikit.InputError) as caught:
        engine.evaluate(table, "pii-2025", lang=lang)
    text = str(caught.value)
    for part in ("Atlantis", "populaton", "Hà Nội (-1", "Huế (-2"):
        assert part in text
    assert text.count("population:") == 1
    assert caught.value.findings.height == 4
    assert caught.value.findings.schema == SCHEMA


def test_check_finds_what_evaluate_raises(engine: piikit.Engine) -> None:
    table = {"area": ["Hà Nội", "Atlantis"], "hdi": [1.5, 0.5], "patent_applications": [1, 1], "population": [0, 1]}
    with pytest.raises(piikit.InputError) as caught:
        engine.evaluate(table, "pii-2025")
    checked = engine.check(table, "pii-2025").filter(pl.col("severity") == "error")
    assert checked.equals(caught.value.findings)
    assert sorted(checked["code"]) == ["above_maximum", "unknown_area", "zero_denominator"]


def test_a_sound_table_has_no_error(engine: piikit.Engine) -> None:
    assert engine.check(piikit.sample(), "pii-2024").filter(pl.col("severity") == "error").is_empty()


def test_nearest_finds_a_slip_and_nothing_far() -> None:
    assert nearest("populaton", ["grdp", "population"]) == "population"
    assert nearest("weather", ["grdp", "population"]) is None

"""The command `piikit areas`, the option --severity, and the same in Python."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import Result

import piikit
from commands import runner
from piikit.cli import piikit as command

TWO = "area,hdi\nHà Nội,1.8\nCao Bằng,0.7\n"


def run(*args: str, stdin: str | None = None) -> Result:
    return runner().invoke(command, args, input=stdin)


def answer(*args: str, code: int = 0, stdin: str | None = None) -> Any:
    done = run(*args, "--json", stdin=stdin)
    assert done.exit_code == code, done.output
    return json.loads(done.stdout)


def test_the_lists_are_listed() -> None:
    assert [(row["id"], row["n_areas"], row["predecessor"]) for row in answer("areas")] == [
        ("vn-34", 34, "vn-63"),
        ("vn-63", 63, None),
    ]


def test_the_areas_of_a_list_are_described() -> None:
    rows = {row["code"]: row for row in answer("areas", "vn-34")}
    assert len(rows) == 34
    assert (rows["24"]["name"], rows["24"]["type"], rows["24"]["formed_from"]) == ("Bắc Ninh", "province", ["24", "27"])
    assert rows["24"]["region_name"]["en"] == "Red River Delta"


@pytest.mark.parametrize(("name", "said"), [("vn-34", "Bắc Giang (24), Bắc Ninh (27)"), ("vn-63", "Bắc Ninh (24)")])
def test_mergers_are_shown_with_names(name: str, said: str) -> None:
    assert said in run("areas", name).stdout


def test_the_table_is_in_the_readers_language() -> None:
    assert "Đồng bằng sông Hồng" in run("areas", "vn-34", "--lang", "vi").stdout


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("TP HCM", "Hồ Chí Minh"),
        ("BRVT", "Bà Rịa - Vũng Tàu"),
        ("Thua Thien Hue", "Thừa Thiên Huế"),
        ("01", "Hà Nội"),
    ],
)
def test_match_says_what_a_text_is_taken_for(text: str, name: str) -> None:
    (found,) = answer("areas", "vn-63", "--match", text)
    assert [area["name"] for area in found["areas"]] == [name]


def test_match_looks_into_every_list_where_none_is_named() -> None:
    found = answer("areas", "--match", "BRVT")
    assert [(row["list"], len(row["areas"]), row["successor"]) for row in found] == [
        ("vn-34", 0, "Hồ Chí Minh"),
        ("vn-63", 1, None),
    ]


def test_match_of_a_misspelt_name_ends_with_1_and_names_the_nearest() -> None:
    (found,) = answer("areas", "vn-63", "--match", "Ha Nooi", code=1)
    assert (found["areas"], found["near"]) == ([], "Hà Nội")


def test_match_for_people() -> None:
    assert "became part of Bắc Ninh" in run("areas", "vn-34", "--match", "Bac Giang").stdout


def test_an_unknown_list_is_wrong_use_that_names_the_near_one() -> None:
    with pytest.raises(piikit.UsageError, match=r"'vn-36'. Known: vn-34, vn-63"):
        piikit.Engine().area_list("vn-36")
    assert isinstance(run("areas", "vn-36").exception, piikit.UsageError)


def test_the_lists_are_a_frame_in_python() -> None:
    assert piikit.area_lists().select("id", "valid_from").rows() == [("vn-34", "2025-07-01"), ("vn-63", None)]


# -- --severity --------------------------------------------------------------------------------------------------


def levels(document: Any) -> dict[str, str]:
    return {row["code"]: row["severity"] for row in document["findings"]}


def test_severity_sets_levels_in_check() -> None:
    options = ("--severity", "above_maximum=warning", "--severity", "absent_area=ignore")
    found = levels(answer("check", "-", *options, stdin=TWO))
    assert found["above_maximum"] == "warning"
    assert "absent_area" not in found


def test_severity_lets_evaluate_go_on() -> None:
    assert run("evaluate", "-", stdin=TWO).exit_code == 1
    assert run("evaluate", "-", "--severity", "above_maximum=warning", stdin=TWO).exit_code == 0


def test_severity_holds_in_the_json_of_a_refusal() -> None:
    found = levels(answer("evaluate", "-", "--severity", "absent_area=ignore", code=1, stdin=TWO))
    assert "absent_area" not in found


def test_severity_without_a_level_is_wrong_use() -> None:
    done = run("check", "-", "--severity", "absent_area", stdin=TWO)
    assert (done.exit_code, "CODE=LEVEL" in done.output + done.stderr) == (2, True)


def test_severity_of_an_unknown_code_is_wrong_use() -> None:
    assert isinstance(run("check", "-", "--severity", "absnt_area=info", stdin=TWO).exception, piikit.UsageError)

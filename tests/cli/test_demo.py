"""The demo: the published figures come out, in both languages, and the files are named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands import called
from piikit.cli import demo_parts as demo
from piikit.engine import Engine

FILES = {
    "bac-giang-2024.json",
    "bac-giang-2023-baseline.json",
    "bac-giang-floors.json",
    "khanh-hoa-2025.json",
    "bac-ninh-2025.json",
    "sample-pii-2024.json",
    "sample-pii-2024-scores.csv",
}


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


def test_the_index_is_met_by_rank_and_the_pillars_cannot_be_judged(engine: Engine) -> None:
    result = demo.plan_2024(engine, demo.plan_2023(engine, "en"), "en")
    whole = {row["target"]: row["status"] for row in result.attainment.to_dicts() if row["condition"] == "all"}
    assert whole.pop("pii-top-10") == "met"
    assert set(whole.values()) == {"cannot_judge"}
    assert len(whole) == 8


def test_in_the_baseline_above_is_strict_and_the_gap_is_nothing(engine: Engine) -> None:
    rows = demo.plan_2023(engine, "en").attainment.to_dicts()
    strict = [row for row in rows if row["code"] in demo.HELD and row["condition"] == "above"]
    assert [(row["status"], row["gap"], row["reason_code"]) for row in strict] == [("not_met", 0.0, "only_equal")] * 4


def test_the_floors_give_58_10_second_in_the_list_of_2023(engine: Engine) -> None:
    floors = demo.floors(engine, "en")
    assert (round(floors.score, 2), floors.place) == (58.10, 2)
    assert floors.above == ("Hà Nội", 62.86)


def test_khanh_hoa_from_ten_values(engine: Engine) -> None:
    _, frame = demo.khanh_hoa(engine, "en")
    assert frame["code"].to_list() == ["1.1", "1.2", "2.1"]
    assert frame["computed"].round(2).to_list() == [58.90, 58.52, 31.41]
    assert frame["published"].to_list() == [58.90, 58.62, 31.36]


def test_bac_ninh_from_seven_pillars(engine: Engine) -> None:
    _, frame = demo.bac_ninh(engine, "en")
    figures = {code: (round(computed, 2), published) for code, computed, published in frame.rows()}
    assert figures == {"PII": (48.76, 48.76), "IN": (53.06, 53.06), "OUT": (44.47, 44.47)}


@pytest.mark.parametrize(("lang", "sample"), [("en", "These are sample data"), ("vi", "Đây là dữ liệu mẫu")])
def test_the_command_shows_all_and_names_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str, sample: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = called("demo", "--lang", lang, "-o", "kết quả")
    assert done.returncode == 0, done.stderr
    assert sample in done.stdout
    written = {path.name for path in (tmp_path / "kết quả").iterdir()}
    assert written == FILES | {f"{name}-metadata.json" for name in FILES}
    assert all(name in done.stdout for name in FILES)
    for name in FILES:
        if name.endswith(".json"):
            first = json.loads((tmp_path / "kết quả" / name).read_text(encoding="utf-8"))["findings"][0]
            assert first["code"] in {"reconstructed_edition", "sample_data"}

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

import piikit
from documents import TREE, data, edition, indicator
from piikit.framework.documents import schema_faults


@pytest.fixture(scope="module")
def result(engine: piikit.Engine) -> piikit.Result:
    return engine.evaluate(data(), TREE)


def test_json_holds_the_whole_result_and_follows_the_schema(result: piikit.Result, tmp_path: Path) -> None:
    written = json.loads(result.write(tmp_path / "out.json").read_text(encoding="utf-8"))
    assert list(schema_faults(written, "result.schema.json")) == []
    assert written["record"]["id"] == result.record["id"]
    assert pl.DataFrame(written["scores"], schema=result.scores.schema).equals(result.scores)
    assert len(written["bounds"]) == result.bounds.height


def test_json_of_a_judged_plan_follows_the_schema(engine: piikit.Engine, tmp_path: Path) -> None:
    plan = {
        "id": "plan",
        "title": {"vi": "Kế hoạch", "en": "Plan"},
        "area": "24",
        "areas": "vn-63",
        "edition": "pii-2024",
        "sources": ["s"],
        "targets": [{"id": "t", "node": "1", "conditions": [{"metric": "score", "is": "above", "value": 1}]}],
    }
    judged = engine.evaluate(None, "pii-2024", scores=[{"area": "24", "code": "1", "score": 60}], plan=plan, lang="vi")
    written = json.loads(judged.write(tmp_path / "out.json").read_text(encoding="utf-8"))
    assert list(schema_faults(written, "result.schema.json")) == []
    assert [row["status"] for row in written["attainment"]] == ["met", "met"]
    assert "Bắc Giang" in (tmp_path / "out.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_tables_hold_the_long_scores_with_their_origin(suffix: str, result: piikit.Result, tmp_path: Path) -> None:
    path = result.write(tmp_path / f"out{suffix}")
    written = pl.read_csv(path, schema_overrides=result.scores.schema) if suffix == ".csv" else pl.read_parquet(path)
    assert written.select(result.scores.columns).equals(result.scores)
    origin = written.select("edition", "status", "record").unique().row(0)
    assert origin == ("drawn", "local", result.record["id"])


def test_a_capital_suffix_names_the_same_format(result: piikit.Result, tmp_path: Path) -> None:
    assert result.write(tmp_path / "OUT.CSV").read_bytes() == result.write(tmp_path / "out.csv").read_bytes()


@pytest.mark.parametrize("name", ['=HYPERLINK("x")', "+1", "-1", "@sum", "\tx", "=1+1"])
def test_a_text_like_a_formula_is_made_harmless_in_csv(name: str, engine: piikit.Engine, tmp_path: Path) -> None:
    document = edition(indicator("x"), areas=[{"code": "a", "name": name}, {"code": "b", "name": "Bình"}])
    path = engine.evaluate({"area": ["a", "b"], "x": [-1, 2]}, document).write(tmp_path / "out.csv")
    written = pl.read_csv(path, infer_schema=False)
    assert set(written["area_name"]) == {f"'{name}", "Bình"}
    assert "-1.0" in written["value"].to_list()  # a number stays one


# -- whole or not at all -----------------------------------------------------------------------------------------


def failing(result: piikit.Result) -> bytes:
    raise RuntimeError("out of ink")


@pytest.fixture
def broken(engine: piikit.Engine) -> piikit.Result:
    class Plugin:
        @piikit.hookimpl
        def piikit_writers(self) -> list[piikit.plugin.Writer]:
            return [piikit.plugin.Writer(suffix=".ink", name={"vi": "mực", "en": "ink"}, render=failing)]

    return piikit.Engine(plugins=[Plugin()]).evaluate(data(), TREE)


def test_a_failing_writer_leaves_no_file(broken: piikit.Result, tmp_path: Path) -> None:
    with pytest.raises((piikit.PiikitError, RuntimeError)):
        broken.write(tmp_path / "out.ink")
    assert list(tmp_path.iterdir()) == []


def test_a_failing_writer_leaves_the_old_file_untouched(broken: piikit.Result, tmp_path: Path) -> None:
    (tmp_path / "out.ink").write_text("old")
    with pytest.raises((piikit.PiikitError, RuntimeError)):
        broken.write(tmp_path / "out.ink")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("out.ink", "old")]


def test_a_write_that_fails_half_way_leaves_the_old_file_untouched(
    result: piikit.Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "out.csv").write_text("old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("piikit.files.safe_writing.os.fsync", full)
    with pytest.raises(piikit.UsageError, match=r"out\.csv: No space left"):
        result.write(tmp_path / "out.csv")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("out.csv", "old")]


def test_writing_replaces_the_old_file(result: piikit.Result, tmp_path: Path) -> None:
    (tmp_path / "out.csv").write_text("old")
    result.write(tmp_path / "out.csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.csv", "out.csv-metadata.json"]
    assert (tmp_path / "out.csv").read_text(encoding="utf-8").startswith("area,")


def test_the_same_result_is_the_same_file(engine: piikit.Engine, tmp_path: Path) -> None:
    first, second = (engine.evaluate(data(), TREE).write(tmp_path / name) for name in ("a.json", "b.json"))
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("name", ["out.docz", "out", "nowhere/out.csv"])
def test_a_place_that_cannot_be_written_is_one_clear_error(name: str, result: piikit.Result, tmp_path: Path) -> None:
    with pytest.raises(piikit.UsageError, match="out"):
        result.write(tmp_path / name)
    assert list(tmp_path.iterdir()) == []

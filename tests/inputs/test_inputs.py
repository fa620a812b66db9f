"""Every way a table can come in gives the same values."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import piikit
from documents import edition, indicator
from piikit.result import frames_of

DOCUMENT = edition(
    indicator("x"), indicator("y"), period="2024", areas=[{"code": "01", "name": "An"}, {"code": "02", "name": "Bình"}]
)
WIDE = pl.DataFrame({"area": ["01", "Bình"], "period": ["2024", "2024"], "x": [1.5, 3.0], "y": [None, 4.0]})
VALUES = [("01", "x", 1.5), ("01", "y", None), ("02", "x", 3.0), ("02", "y", 4.0)]


def values(engine: piikit.Engine, data: Any, **options: Any) -> list[tuple[str, str, float | None]]:
    result = engine.evaluate(data, DOCUMENT, **options)
    assert frames_of(result).wide["period"].unique().to_list() == ["2024"]
    return result.scores.filter(pl.col("level") == "indicator").select("area", "code", "value").rows()


LONG = {
    "area": ["01", "Bình", "Bình", "01"],
    "indicator": ["x", "x", "y", "y"],
    "value": [1.5, 3.0, 4.0, None],
    "period": ["2024"] * 4,
}
FORMS: dict[str, Callable[[], Any]] = {
    "polars": lambda: WIDE,
    "lazy": WIDE.lazy,
    "columns": lambda: WIDE.to_dict(as_series=False),
    "rows": WIDE.to_dicts,
    "pandas": lambda: pd.DataFrame(WIDE.to_dict(as_series=False)),
    "pyarrow": lambda: pa.table(WIDE.to_dict(as_series=False)),
    "texts": lambda: WIDE.cast(pl.String),
    "numeric-period": lambda: WIDE.with_columns(pl.col("period").cast(pl.Int64)),
    "without-period": lambda: WIDE.drop("period"),
    "categorical": lambda: WIDE.with_columns(pl.col("area").cast(pl.Categorical)),
    "long-indicator": lambda: pl.DataFrame(LONG),
    "long-item": lambda: pl.DataFrame(LONG).rename({"indicator": "item"}),
    "long-with-attributes": lambda: pl.DataFrame({**LONG, "status": "final", "source": "office", "data_year": "2023"}),
    "sdmx": lambda: (
        pl.DataFrame(LONG)
        .rename({"area": "REF_AREA", "indicator": "INDICATOR", "value": "OBS_VALUE", "period": "TIME_PERIOD"})
        .with_columns(OBS_STATUS=pl.lit("A"))
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_values(form: str, engine: piikit.Engine) -> None:
    assert values(engine, FORMS[form]()) == VALUES


FILES: dict[str, Callable[[Path], object]] = {
    "data.csv": WIDE.write_csv,
    "DATA.CSV": WIDE.write_csv,
    "data.parquet": WIDE.write_parquet,
    "data.ndjson": WIDE.write_ndjson,
    "rows.json": lambda path: path.write_text(json.dumps(WIDE.to_dicts()), encoding="utf-8"),
    "columns.json": lambda path: path.write_text(json.dumps(WIDE.to_dict(as_series=False)), encoding="utf-8"),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("kind", [str, Path])
def test_every_file_gives_the_same_values(name: str, kind: type, tmp_path: Path, engine: piikit.Engine) -> None:
    FILES[name](tmp_path / name)
    assert values(engine, kind(tmp_path / name)) == VALUES


def test_a_csv_with_a_byte_order_mark_is_read(tmp_path: Path, engine: piikit.Engine) -> None:
    (tmp_path / "data.csv").write_bytes(b"\xef\xbb\xbf" + WIDE.write_csv().encode())
    assert values(engine, tmp_path / "data.csv") == VALUES


def test_code_01_in_a_csv_stays_01(tmp_path: Path, engine: piikit.Engine) -> None:
    (tmp_path / "data.csv").write_text("area,x,y\n01,1.5,\n02,3,4\n", encoding="utf-8")
    assert values(engine, tmp_path / "data.csv") == VALUES


def test_an_object_with_the_arrow_interface_alone_is_enough(engine: piikit.Engine) -> None:
    class Table:
        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            return WIDE.__arrow_c_stream__(requested_schema)

    assert values(engine, Table()) == VALUES


def test_mixed_rows_of_json_keep_their_text(engine: piikit.Engine) -> None:
    rows = [{"area": "01", "x": 1.5, "y": None}, {"area": "02", "x": "many", "y": 4}]
    with pytest.raises(piikit.InputError) as caught:
        engine.evaluate(rows, DOCUMENT)
    assert caught.value.findings.select("code", "area", "column", "value").rows() == [
        ("not_a_number", "02", "x", "many")
    ]


# -- several periods and groups ----------------------------------------------------------------------------------


def test_an_empty_period_is_that_of_the_edition_and_others_are_kept(engine: piikit.Engine) -> None:
    table = {"area": ["01", "01", "02"], "period": ["2020", None, " "], "x": [1, 2, 3]}
    result = engine.evaluate(table, edition(indicator("x"), period="2024"))
    assert frames_of(result).wide.select("period", "area").rows() == [("2020", "01"), ("2024", "01"), ("2024", "02")]


def test_a_long_table_of_several_periods(engine: piikit.Engine) -> None:
    table = {"area": ["a", "b"] * 2, "period": [2023, 2023, 2024, 2024], "item": "x", "value": [1, 2, 3, 4]}
    result = engine.evaluate(table, edition(indicator("x")))
    assert frames_of(result).wide.select("period", "area", "value:x").rows() == [
        ("2023", "a", 1.0),
        ("2023", "b", 2.0),
        ("2024", "a", 3.0),
        ("2024", "b", 4.0),
    ]


def test_a_duplicate_cell_of_a_long_table_is_an_error_of_that_cell_alone(engine: piikit.Engine) -> None:
    table = {"area": ["01", "01", "01", "02"], "item": ["x", "x", "y", "x"], "value": [1, 2, 3, 4]}
    result = engine.evaluate(table, DOCUMENT, on_findings="keep")
    errors = result.findings.filter(pl.col("severity") == "error")
    assert errors.select("code", "area", "column").rows() == [("duplicate_key", "01", "x")]
    assert frames_of(result).wide.select("area", "value:x", "value:y").rows() == [("01", None, 3.0), ("02", 4.0, None)]


def test_a_long_row_without_the_name_of_its_item_is_an_error(engine: piikit.Engine) -> None:
    table = {"area": ["01", "02"], "item": [None, "x"], "value": [1, 2]}
    with pytest.raises(piikit.InputError) as caught:
        engine.evaluate(table, DOCUMENT)
    assert caught.value.findings["code"].to_list() == ["no_item"]


def test_a_misspelt_item_of_a_long_table_is_an_error(engine: piikit.Engine) -> None:
    table = {"area": ["01"], "item": ["populaton"], "value": [1]}
    with pytest.raises(piikit.InputError) as caught:
        engine.evaluate(table, "pii-2024")
    assert caught.value.findings.select("code", "column").rows() == [("misspelt_item", "populaton")]


# -- what is no table --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("data.json", "{"),
        ("data.json", "3"),
        ("data.json", '{"area": ["a"], "x": [1, 2]}'),
        ("data.ndjson", "[[["),
        ("data.parquet", "area,x"),
        ("data.csv", ""),
        ("data.csv", 'area,x\na,"1\n'),
        ("data.doc", "area,x\na,1\n"),
        ("data", "area,x\na,1\n"),
    ],
)
def test_a_file_that_is_no_table_is_one_clear_error(
    name: str, content: str, tmp_path: Path, engine: piikit.Engine
) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(piikit.UsageError, match=name):
        engine.evaluate(tmp_path / name, DOCUMENT)


def test_a_file_in_another_encoding_is_one_clear_error(tmp_path: Path, engine: piikit.Engine) -> None:
    (tmp_path / "data.csv").write_bytes("area,x\nBắc Ninh,1\n".encode("utf-16-le"))
    with pytest.raises(piikit.UsageError, match=r"data\.csv"):
        engine.evaluate(tmp_path / "data.csv", DOCUMENT)


def test_a_file_that_is_not_there_is_one_clear_error(tmp_path: Path, engine: piikit.Engine) -> None:
    with pytest.raises(piikit.UsageError, match=r"none\.csv"):
        engine.evaluate(tmp_path / "none.csv", DOCUMENT)


@pytest.mark.parametrize("data", [3, object(), b"area,x", {"area": ["a"], "x": [1, 2]}, [1, 2]], ids=range(5))
def test_an_object_that_is_no_table_is_one_clear_error(data: Any, engine: piikit.Engine) -> None:
    with pytest.raises((piikit.UsageError, piikit.InputError)):
        engine.evaluate(data, DOCUMENT)


def test_neither_data_nor_scores_is_an_error(engine: piikit.Engine) -> None:
    with pytest.raises(piikit.UsageError):
        engine.evaluate(None, DOCUMENT)


@pytest.mark.parametrize("option", [{"lang": "fr"}, {"on_findings": "ignore"}, {"scenarios": "s"}])
def test_a_wrong_option_is_an_error(option: dict[str, Any], engine: piikit.Engine) -> None:
    with pytest.raises(piikit.UsageError):
        engine.evaluate(WIDE, DOCUMENT, **option)


def test_a_table_without_rows_is_an_error(engine: piikit.Engine) -> None:
    with pytest.raises(piikit.InputError):
        engine.evaluate(WIDE.clear(), DOCUMENT)


def test_a_table_without_rows_has_no_scores(engine: piikit.Engine) -> None:
    result = engine.evaluate(WIDE.clear(), DOCUMENT, on_findings="keep")
    assert result.scores.is_empty()
    assert result.table("rank").columns == ["area", "area_name", "period", "scenario", "I", "x", "y"]


def test_a_table_whose_rows_are_all_wrong_has_no_scores(engine: piikit.Engine) -> None:
    result = engine.evaluate({"area": ["Nowhere"], "x": [1]}, DOCUMENT, on_findings="keep")
    assert result.scores.is_empty()
    assert "unknown_area" in result.findings["code"].to_list()

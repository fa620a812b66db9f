"""The command `piikit merge`."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from click.testing import Result

import piikit
from commands import runner
from piikit.cli import piikit as command
from piikit.findings.errors import PiikitError

TWO = "area,population,hdi,par_index\nBắc Giang,1900000,0.75,1.2340\nBắc Ninh,1500000,0.78,80\n"


def run(*args: str, stdin: str | None = None) -> Result:
    return runner().invoke(command, ["merge", *args], input=stdin)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "two.csv"
    path.write_text(TWO, encoding="utf-8")
    return path


def test_the_table_is_printed_and_the_findings_stand_beside_it(table: Path) -> None:
    done = run(str(table))
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "area,period,merged_from,population,hdi,par_index",
        'Bắc Ninh,2024,"Bắc Giang, Bắc Ninh",3400000,0.763235294117647,',
    ]
    assert "par_index cannot be added up" in done.stderr
    assert "hdi by rule: mean weighted by population" in done.stderr


def test_a_figure_that_could_be_read_in_two_ways_is_written_so_that_it_cannot(table: Path, tmp_path: Path) -> None:
    out = tmp_path / "merged.csv"
    assert run(str(table), "--rule", "par_index=min", "-o", str(out)).exit_code == 0
    assert ",1.2340," in out.read_text(encoding="utf-8")
    again = piikit.evaluate(out, piikit.edition_on("pii-2024", "vn-34"))
    assert again.table("value")["1.2.3"].to_list() == [1.234]


def test_a_file_in_and_a_file_out_with_its_edition(tmp_path: Path) -> None:
    out, document = tmp_path / "merged.parquet", tmp_path / "on-34.json"
    done = run(str(piikit.sample()), "-o", str(out), "--edition-output", str(document), "--lang", "vi")
    assert done.exit_code == 0
    assert done.stdout == ""
    assert "34 dòng, trong đó 23 dòng được gộp" in done.stderr
    result = piikit.evaluate(out, document)
    assert sorted(result.table("rank")["PII"]) == list(range(1, 35))
    assert "counterfactual_areas" in result.findings["code"]
    assert piikit.merge_areas(piikit.sample(), "pii-2024").data.equals(pl.read_parquet(out).drop("warning"))


def test_what_is_written_as_csv_says_the_same_as_what_was_merged(tmp_path: Path) -> None:
    out = tmp_path / "merged.csv"
    assert run(str(piikit.sample()), "-o", str(out)).exit_code == 0
    edition = piikit.edition_on("pii-2024", "vn-34")
    direct = piikit.evaluate(piikit.merge_areas(piikit.sample(), "pii-2024").data, edition)
    assert piikit.evaluate(out, edition).scores.equals(direct.scores)


def test_everything_as_one_document(table: Path) -> None:
    done = run("-", "--json", "--long", "--rule", "par_index=mean:population", stdin=TWO)
    answer = json.loads(done.stdout)
    assert answer["edition"] == "pii-2024-on-vn-34"
    assert next((row["item"], row["source"]) for row in answer["data"]) == (
        "population",
        "merged (sum) from Bắc Giang, Bắc Ninh",
    )
    assert {"merged_areas", "merged_by_rule"} <= {row["code"] for row in answer["findings"]}


def test_errors_of_the_data_stop_it_and_write_nothing(tmp_path: Path) -> None:
    out = tmp_path / "merged.csv"
    done = run("-", "-o", str(out), stdin=TWO + "Atlantis,1,0.5,2\n")
    assert isinstance(done.exception, piikit.InputError)
    assert not out.exists()
    kept = run("-", "-o", str(out), "--on-findings", "keep", stdin=TWO + "Atlantis,1,0.5,2\n")
    assert kept.exit_code == 1
    assert out.exists()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--rule", "hdi"], "--rule takes ITEM=RULE"),
        (["--rule", "hdi=average"], "hdi: unknown rule 'average'"),
        (["--rule", "hdi=mean"], "hdi: unknown rule 'mean'"),
        (["--to", "vn-43"], "unknown area list"),
        (["-o", "merged.doc"], "merged data can be written as .csv, .parquet, .json"),
    ],
)
def test_wrong_use_is_said(table: Path, args: list[str], said: str) -> None:
    done = run(str(table), *args)
    assert done.exit_code != 0
    assert said in (str(done.exception) if isinstance(done.exception, PiikitError) else done.stderr)


def test_a_place_that_cannot_be_written_to_leaves_nothing(table: Path, tmp_path: Path) -> None:
    done = run(str(table), "-o", str(tmp_path / "nowhere" / "merged.csv"))
    assert isinstance(done.exception, piikit.UsageError)
    assert list(tmp_path.iterdir()) == [table]

"""The command on files that do not fit into memory; what is too large is set low here."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from click.testing import Result

import piikit
from commands import runner
from piikit.cli import piikit as command

SAMPLE = str(piikit.sample())


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setattr("piikit.cli.figures.too_large", lambda path: True)

    def call(*args: str) -> Result:
        return runner().invoke(command, ["evaluate", SAMPLE, *args])

    return call


def test_a_large_file_is_evaluated_in_pieces_into_parquet(run: object, tmp_path: Path) -> None:
    path = tmp_path / "điểm.parquet"
    done = run("-o", str(path))  # type: ignore[operator]
    assert done.exit_code == 0, done.output
    result = piikit.evaluate(piikit.sample(), "pii-2024")
    assert pl.read_parquet(path)["rank:PII"].to_list() == result.table("rank")["PII"].to_list()
    assert result.record["id"] in done.output + done.stderr


@pytest.mark.parametrize("options", [(), ("-o", "a.csv"), ("-o", "a.parquet", "--plan", "bac-giang-2024")])
def test_what_cannot_be_done_in_pieces_is_refused(
    options: tuple[str, ...], run: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run(*options)  # type: ignore[operator]
    assert isinstance(done.exception, piikit.UsageError | SystemExit)
    assert "too large" in done.output + done.stderr + str(done.exception)
    assert list(tmp_path.iterdir()) == []

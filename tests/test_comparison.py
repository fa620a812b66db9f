"""Two results side by side."""

from __future__ import annotations

import polars as pl
import pytest

import piikit


@pytest.fixture(scope="module")
def base() -> piikit.Result:
    return piikit.evaluate(piikit.sample())


def test_a_result_beside_itself_differs_nowhere(base: piikit.Result) -> None:
    frame = base.compare(base)
    assert frame.height == 63 * 78
    assert set(frame["difference"]) == {0.0}
    assert set(frame["places"]) == {0}


def test_the_difference_is_this_one_minus_the_other(base: piikit.Result) -> None:
    data = pl.read_csv(piikit.sample(), schema_overrides={"period": pl.String})
    better = data.with_columns(pl.when(pl.col("area") == "Bắc Giang").then(0.9).otherwise(pl.col("hdi")).alias("hdi"))
    mine = piikit.evaluate(better).compare(base).filter(pl.col("area") == "24")
    before, after = (result.explain("24", "7.2.4") for result in (base, piikit.evaluate(better)))
    row = mine.row(by_predicate=pl.col("code") == "7.2.4", named=True)
    assert before.score is not None
    assert after.score is not None
    assert row["difference"] == after.score - before.score > 0
    assert row["places"] == (before.rank or 0) - (after.rank or 0) > 0
    untouched = mine.filter(pl.col("code").str.starts_with("1"))
    assert set(untouched["difference"]) == {0.0}


def test_years_are_laid_side_by_side() -> None:
    this, last = (
        piikit.evaluate(edition=f"pii-{year}", scores={"area": ["Bắc Giang"], "code": ["1"], "score": [score]})
        for year, score in ((2024, 70.0), (2023, 67.23))
    )
    row = this.compare(last).row(by_predicate=pl.col("code") == "1", named=True)
    assert (row["period"], row["other_period"]) == ("2024", "2023")
    assert row["difference"] == pytest.approx(2.77)


def test_other_areas_are_refused(base: piikit.Result) -> None:
    other = piikit.evaluate(edition="pii-2025", scores={"area": ["Bắc Ninh"], "code": ["1"], "score": [59.17]})
    with pytest.raises(piikit.UsageError, match="vn-34"):
        base.compare(other)

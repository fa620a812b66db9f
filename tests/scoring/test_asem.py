"""The ASEM data set of COINr, checked where it lies: it is not part of the repository and is never copied into it."""

from __future__ import annotations

import polars as pl
import pytest

import piikit
from places import SHARED

FOLDER = SHARED / "asem"

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the ASEM data set is not beside this checkout")


@pytest.fixture(scope="module")
def result() -> piikit.Result:
    """The nominal run of `sens_ua_nominal.csv`: what the README says, with min-max from 0 to 100."""
    project = piikit.from_coinr(
        FOLDER / "asem_iData.csv",
        FOLDER / "asem_iMeta.csv",
        impute={"method": "group_mean", "group": "EurAsia_group"},
        treat="winsorise_then_log",
    )
    assert project.findings["code"].to_list() == ["coinr_target_unused"]
    return piikit.evaluate(project.data, project.edition)


def test_the_scores_are_those_of_coinr(result: piikit.Result) -> None:
    nominal = pl.read_csv(FOLDER / "sens_ua_nominal.csv")
    both = result.scores.filter(code="Index").join(nominal, left_on="area", right_on="uCode", suffix="_r")
    assert both.height == 51
    assert both["score"].to_list() == pytest.approx(both["Score"].to_list(), rel=1e-12, abs=0)


def test_the_ranks_are_those_of_coinr(result: piikit.Result) -> None:
    nominal = pl.read_csv(FOLDER / "sens_ua_nominal.csv")
    ranks = dict(result.scores.filter(code="Index").select("area", "rank").iter_rows())
    assert ranks == dict(nominal.select("uCode", "Rank").iter_rows())


def test_the_results_of_coinr_lie_beside_as_they_are(result: piikit.Result) -> None:
    nominal = pl.read_csv(FOLDER / "sens_ua_nominal.csv").select("uCode", pl.col("Score").alias("Index"))
    assert result.compare(nominal, tolerance=1e-9)["agrees"].to_list() == [True] * 51

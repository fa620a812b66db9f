"""The low and the outstanding indicators of one area, each by a stated rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import polars as pl

from piikit.findings.errors import UsageError
from piikit.findings.messages import Lang, Messages, messages
from piikit.findings.unknown import one_of
from piikit.framework.edition import INDICATOR, Edition
from piikit.results.frames import Frames

LowRule = Literal["score", "rank", "median", "mean"]
Ties = Literal["all", "none", "order"]
TwoValued = Literal["include", "exclude"]
RULES, TIES, TWO_VALUED = ("score", "rank", "median", "mean"), ("all", "none", "order"), ("include", "exclude")
ADDED = ("figure", "place", "shared", "two_valued", "reason")
"""The columns that stand after those of `Result.scores`."""
FEW = 3
"""With fewer areas than this every indicator has at most two values, and that says nothing of it."""


def strengths(
    frames: Frames,
    area: str,
    n: int = 5,
    period: str | None = None,
    scenario: str = "base",
    *,
    two_valued: TwoValued = "exclude",
) -> pl.DataFrame:
    """The area's strengths: the indicators whose percent rank is at least the n-th highest of its own indicators.

    The rule is that of the Global Innovation Index (WIPO, GII 2023, p. 218: percentile ranks across the
    indicators of an economy; ties at the cut are all included), with n = 5 and without its exception for the first
    three places. The percent rank is (n_ranked - rank) / (n_ranked - 1). Where no rank is known the scores are
    compared. At most half of the indicators are strengths, and what a tie would make a strength and a weakness is
    neither: no indicator is both.

    Args:
        frames: what the result rests on.
        area: code, name, name without marks, or alias.
        n: how many; more where several share the last place.
        period: the last one where not given.
        scenario: "base" for the data as they are.
        two_valued: "exclude" leaves out indicators on which all areas (three or more) have one of two scores, yes
            or no: half of the areas would share the place (as `unq_discard` of the R package COINr does).

    Returns:
        the columns of `scores`, then figure (the percent rank, or the score), place (1 is the best), shared
        (whether others have the place too), two_valued, reason; best first.

    Raises:
        UsageError: an unknown area, period or choice.

    >>> import piikit
    >>> result = piikit.evaluate(piikit.sample(), "pii-2024")
    >>> result.strengths("Bắc Giang").select("code", "rank", "place").rows()
    [('1.2.3', 1, 1), ('1.2.1', 6, 2), ('1.1.1', 9, 3), ('4.2.1', 9, 3), ('1.2.4', 10, 5)]
    """
    return _outstanding(frames, area, n, period, scenario, two_valued, best=True)


def weaknesses(
    frames: Frames,
    area: str,
    n: int = 5,
    period: str | None = None,
    scenario: str = "base",
    *,
    two_valued: TwoValued = "exclude",
) -> pl.DataFrame:
    """The area's weaknesses: the rule, arguments and columns of `strengths` from the other end, worst first."""
    return _outstanding(frames, area, n, period, scenario, two_valued, best=False)


def lowest(
    frames: Frames,
    area: str,
    n: int = 17,
    rule: LowRule = "score",
    period: str | None = None,
    scenario: str = "base",
    *,
    ties: Ties = "all",
    two_valued: TwoValued = "include",
) -> pl.DataFrame:
    """The n lowest indicators of an area, by a rule that the caller states.

    Args:
        frames: what the result rests on.
        area: code, name, name without marks, or alias.
        n: how many; 17 in the plan of Bắc Giang of 2024, which does not name its rule.
        rule: "score": the lowest scores. "rank": the lowest percent rank, (n_ranked - rank) / (n_ranked - 1).
            "median", "mean": the furthest below the median or mean score of all areas.
        period: the last one where not given.
        scenario: "base" for the data as they are.
        ties: what becomes of indicators with the same figure where the n-th place cuts through them: "all" takes
            them all, "none" leaves them all out, "order" takes those first in the tree.
        two_valued: "exclude" leaves out indicators on which all areas (three or more) have one of two scores.

    Returns:
        the columns of `scores`, then figure (what the rule goes by), place (1 is the lowest; equal figures share
        it), shared, two_valued, reason (a sentence with the place); lowest first. Indicators without a score, or
        for "rank" without a rank, have no place.

    Raises:
        UsageError: an unknown area, period or choice.

    >>> import piikit
    >>> low = piikit.evaluate(piikit.sample(), "pii-2024").lowest("Bắc Giang", 3, rule="rank")
    >>> low.height, low["place"].to_list()
    (3, [1, 2, 3])
    """
    row = frames.row_of(area, period, scenario)
    return _lowest(frames.scores, frames.edition, row, n, rule=rule, ties=ties, two_valued=two_valued, lang=frames.lang)


def _outstanding(
    frames: Frames, area: str, n: int, period: str | None, scenario: str, two_valued: TwoValued, *, best: bool
) -> pl.DataFrame:
    row = frames.row_of(area, period, scenario)
    return _best_or_worst(frames.scores, frames.edition, row, n, best=best, two_valued=two_valued, lang=frames.lang)


def profile(scores: pl.DataFrame, edition: Edition, row: Mapping[str, Any], rule: str, two_valued: str) -> pl.DataFrame:
    """The indicators of one area that the rule can place, with the figure it goes by: the higher, the better.

    Args:
        scores: the long scores of all areas.
        edition: the framework.
        row: area, period and scenario that are meant.
        rule: "score", "rank" (percent rank: 1 is the best, 0 the last), "median" or "mean" (points from it).
        two_valued: "exclude" leaves out indicators on which the areas have only two different scores.
    """
    cohort = scores.filter(
        (pl.col("level") == INDICATOR)
        & pl.col("score").is_not_null()
        & (pl.col("period") == row["period"])
        & (pl.col("scenario") == row["scenario"])
    )
    rounded = pl.col("score").round(edition.rank.decimals)
    of_all = cohort.group_by("code").agg(
        pl.col("score").median().alias("@median"),
        pl.col("score").mean().alias("@mean"),
        ((rounded.n_unique() == 2) & (pl.len() >= FEW)).alias("two_valued"),
    )
    mine = cohort.filter(pl.col("area") == row["area"]).join(of_all, on="code", how="left", maintain_order="left")
    figures = {
        "score": pl.col("score"),
        "rank": (pl.col("n_ranked") - pl.col("rank")).cast(pl.Float64)
        / pl.when(pl.col("n_ranked") > 1).then((pl.col("n_ranked") - 1).cast(pl.Float64)),
        "median": pl.col("score") - pl.col("@median"),
        "mean": pl.col("score") - pl.col("@mean"),
    }
    mine = mine.with_columns(figures[rule].round(edition.rank.decimals).alias("figure")).drop("@median", "@mean")
    if two_valued == "exclude":
        mine = mine.filter(~pl.col("two_valued"))
    return mine.filter(pl.col("figure").is_not_null())


def _lowest(
    scores: pl.DataFrame,
    edition: Edition,
    row: Mapping[str, Any],
    n: int,
    *,
    rule: str,
    ties: str,
    two_valued: str,
    lang: Lang,
) -> pl.DataFrame:
    """The n lowest indicators of one area; see `Result.lowest`."""
    _check(n, rule=(rule, RULES), ties=(ties, TIES), two_valued=(two_valued, TWO_VALUED))
    mine = _placed(profile(scores, edition, row, rule, two_valued), worst_first=True)
    kept = {
        "all": mine.filter(pl.col("place") <= n),
        # Those of a tie that reaches beyond the n-th place are left out together.
        "none": mine.filter(pl.col("place") + pl.len().over("place") - 1 <= n),
        "order": mine.head(n),
    }[ties]
    return _with_reason(kept, f"low_reason.{rule}", mine.height, messages(lang))


def _best_or_worst(
    scores: pl.DataFrame, edition: Edition, row: Mapping[str, Any], n: int, *, best: bool, two_valued: str, lang: Lang
) -> pl.DataFrame:
    """The strengths or weaknesses of one area; see `Result.strengths`."""
    _check(n, two_valued=(two_valued, TWO_VALUED))
    mine = profile(scores, edition, row, "rank", two_valued)
    rule = "rank"
    if mine.is_empty():
        # Ranks need all areas; the scores of one area alone still have an order.
        rule, mine = "score", profile(scores, edition, row, "score", two_valued)
    # At most half of the indicators on either side; what a tie would put on both is on neither.
    half = min(n, mine.height // 2)
    low = _placed(mine, worst_first=True)
    high = _placed(mine, worst_first=False)
    chosen, others = (high, low) if best else (low, high)
    opposite = others.filter(pl.col("place") <= half)["code"]
    kept = chosen.filter((pl.col("place") <= half) & ~pl.col("code").is_in(opposite.implode()))
    side = "high_reason" if best else "low_reason"
    return _with_reason(kept, f"{side}.{rule}", mine.height, messages(lang))


def _check(n: int, **choices: tuple[str, tuple[str, ...]]) -> None:
    if isinstance(n, bool) or not isinstance(n, int) or n < 1:
        raise UsageError("whole_number_from_1", name="n", value=repr(n))
    for name, (value, known) in choices.items():
        one_of(name, value, known)


def _placed(mine: pl.DataFrame, *, worst_first: bool) -> pl.DataFrame:
    """By figure, then score, then tree order; equal figures share the place."""
    down = not worst_first
    return mine.sort("figure", "score", descending=[down, down], maintain_order=True).with_columns(
        pl.col("figure").rank("min", descending=down).cast(pl.Int32).alias("place"),
        (pl.len().over("figure") > 1).alias("shared"),
        pl.len().over("figure").cast(pl.Int32).alias("@sharing"),
    )


def _with_reason(rows: pl.DataFrame, key: str, total: int, words: Messages) -> pl.DataFrame:
    columns = {
        "figure": _number(pl.col("figure"), words.lang),
        "place": pl.col("place").cast(pl.String),
        "rank": pl.col("rank").cast(pl.String).fill_null("–"),
        "n_ranked": pl.col("n_ranked").cast(pl.String).fill_null("–"),
        "sharing": pl.col("@sharing").cast(pl.String),
    }
    said = words.expr(key, {"total": total}, columns)
    shared = pl.when("shared").then(words.expr("low_reason.shared", {}, columns)).otherwise(pl.lit(""))
    two = pl.when("two_valued").then(words.expr("low_reason.two_valued", {}, {})).otherwise(pl.lit(""))
    added = [name for name in ADDED if name != "reason"]
    base = [name for name in rows.columns if name not in {*ADDED, "@sharing"}]
    return rows.with_columns(pl.concat_str(said, shared, two).alias("reason")).select(*base, *added, "reason")


def _number(figure: pl.Expr, lang: Lang) -> pl.Expr:
    text = figure.round(2).cast(pl.String)
    return text.str.replace(".", ",", literal=True) if lang == "vi" else text

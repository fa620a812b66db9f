"""Reasons as texts in the reader's language, for all rows at once."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from piikit.findings.messages import Messages

PRECISE = 9
"""The decimals that figures are compared with."""


def shown(figure: str, words: Messages, decimals: int = PRECISE) -> pl.Expr:
    """A column of numbers as people write them; a dash where there is none."""
    rounded = pl.col(figure).cast(pl.Float64).round(decimals)
    text: pl.Expr = pl.when(rounded.is_finite()).then(rounded.cast(pl.String).str.replace(r"\.0$", ""))
    if words.lang == "vi":
        text = text.str.replace(".", ",", literal=True)
    return text.fill_null("–")


def shown_interval(side: str, words: Messages, decimals: int = PRECISE) -> pl.Expr:
    """A figure, or between which two it lies."""
    lower, upper = f"{side}_lower", f"{side}_upper"
    ends = {"lower": shown(lower, words, decimals), "upper": shown(upper, words, decimals)}
    return (
        pl.when(pl.col(lower) == pl.col(upper)).then(ends["lower"]).otherwise(words.expr("wanted.interval", {}, ends))
    )


def _chosen(column: str, frame: pl.DataFrame, group: str, words: Messages, parts: Mapping[str, pl.Expr]) -> pl.Expr:
    """The text that a column names, of those in the frame."""
    text = pl.lit(None, dtype=pl.String)
    for key in frame[column].unique(maintain_order=True).drop_nulls().to_list():
        if words.has(f"{group}.{key}"):
            text = pl.when(pl.col(column) == key).then(words.expr(f"{group}.{key}", {}, parts)).otherwise(text)
    return text


def _short(decimals: int) -> pl.Expr:
    """Whether a row's figures may be shown rounded: points, where rounding does not hide what was compared."""
    hidden = [
        (pl.col(f"actual_{end}").round(decimals) == pl.col(f"{side}_{other}").round(decimals))
        & (pl.col(f"actual_{end}") != pl.col(f"{side}_{other}"))
        for side in ("required", "before")
        for end in ("lower", "upper")
        for other in ("lower", "upper")
    ]
    gone = (pl.col("gap") > 0) & (pl.col("gap").round(decimals) == 0)
    return (pl.col("metric") == "score") & ~pl.any_horizontal(*hidden, gone).fill_null(False)


def reasons(frame: pl.DataFrame, words: Messages, decimals: int) -> pl.DataFrame:
    """The rows of conditions with `reason`: why, with the figures, and what to know beside it.

    Points are shown with as many decimals as the edition shows, or with all that are compared where fewer would hide
    the difference.
    """
    # Each figure is written once, for several texts use it.
    sides = ("required", "actual", "before")
    texts = pl.col("^p_.*$", "note").cast(pl.String).fill_null("")
    frame = frame.with_columns(texts, _short(decimals).alias("short"))
    figures = {
        **{f"p_{name}": [shown_interval(name, words, places) for places in (decimals, PRECISE)] for name in sides},
        "p_gap": [shown("gap", words, places) for places in (decimals, PRECISE)],
        "p_step": [shown("step", words, places) for places in (decimals, PRECISE)],
    }
    frame = frame.with_columns(
        pl.when("short").then(few).otherwise(every).alias(name) for name, (few, every) in figures.items()
    )
    parts = {name.removeprefix("p_"): pl.col(name) for name in frame.columns if name.startswith("p_")}
    blank = pl.lit("")
    wanted = _chosen("wanted", frame, "wanted", words, {**dict.fromkeys(("comparison", "of"), blank), **parts})
    why = _chosen(
        "reason_code",
        frame,
        "reason",
        words,
        {**dict.fromkeys(("metric", "comparison"), blank), **parts, "wanted": wanted.fill_null("")},
    )
    text = pl.coalesce(pl.col("fixed"), why, pl.col("reason_code"))
    note = pl.col("note")
    text = pl.when(note == "").then(text).otherwise(pl.concat_str(text, pl.lit("; "), note))
    frame = frame.with_columns(text.alias("reason"))
    ahead = pl.col("step").is_not_null() & pl.col("on_track").is_not_null()
    if not frame.select(ahead.any()).item():
        return frame
    way = pl.when(pl.col("on_track") == 1).then(_way("on", words)).otherwise(_way("behind", words))
    text = pl.when(ahead).then(pl.concat_str("reason", pl.lit("; "), way)).otherwise(pl.col("reason"))
    return frame.with_columns(text.alias("reason"))


def _way(key: str, words: Messages) -> pl.Expr:
    parts = {"until": pl.col("until").cast(pl.String).fill_null(""), "step": pl.col("p_step")}
    return words.expr(f"note.path_{key}", {}, parts)


def whole_reasons(wholes: pl.DataFrame, conditions: pl.DataFrame, words: Messages) -> pl.DataFrame:
    """Rows of targets with their reason: those of the conditions that decide, or a count, or that words are all.

    Args:
        wholes: a row a target and row of the plan's area.
        conditions: the rows of conditions, with their reasons.
        words: the language.
    """
    joined = pl.lit(None, dtype=pl.String).alias("joined")
    if not conditions.is_empty():
        decisive = (
            conditions.filter(pl.col("decides") == pl.col("decides").min().over("row", "target"))
            .select("row", "target", "reason")
            .unique(maintain_order=True)
            .group_by("row", "target", maintain_order=True)
            .agg(pl.col("reason").str.join("; ").alias("joined"))
        )
        wholes = wholes.join(decisive, on=["row", "target"], how="left", maintain_order="left")
        joined = pl.col("joined")
    empty = {name: pl.lit("") for name in ("text", "undecided", "met", "total", "required")}
    held: dict[str, pl.Expr] = {
        name: pl.col(name).fill_null("") for name in ("text", "undecided") if name in wholes.columns
    }
    held.update({name: shown(name, words) for name in ("met", "total", "required") if name in wholes.columns})
    own = ["words_only", "count_reached", "count_short", "count_open"]
    counted = _chosen("reason_code", wholes.filter(pl.col("reason_code").is_in(own)), "reason", words, empty | held)
    mine = pl.col("reason_code").is_in(own)
    return wholes.with_columns(pl.when(mine).then(counted).otherwise(joined).alias("reason"))


def finished_reason(early: pl.Expr, words: Messages) -> pl.Expr:
    """The reason with what the year of the row adds: that the target is not due yet, or was set for an earlier year."""
    due = pl.col("due").cast(pl.String).fill_null("")
    not_due = words.expr("reason.not_due", {}, {"due": due, "now": pl.col("reason")})
    late = pl.concat_str(pl.col("reason"), pl.lit("; "), words.expr("note.late", {}, {"due": due}))
    return (
        pl.when(early)
        .then(not_due)
        .when((pl.col("when") > 0) & (pl.col("decides") >= 0))
        .then(late)
        .otherwise(pl.col("reason"))
    )

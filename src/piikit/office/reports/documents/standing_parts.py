"""Parts of a report that say where the area stands: the index, the pillars, strengths and weaknesses."""

from __future__ import annotations

import polars as pl

from piikit.office.reports import pictures as charts
from piikit.office.reports.documents.facts import LEADING, Facts
from piikit.office.reports.documents.paper import Paper, own_text

SHOWN = 10
"""How many indicators a chart or a table of the largest gaps shows."""
NAME = 60
"""Characters of a name in a chart."""


def short(text: str) -> str:
    """A name as a chart has room for it."""
    clean = own_text(text)
    return clean if len(clean) <= NAME else own_text(clean[: NAME - 1] + "…")


def nothing_known(paper: Paper, facts: Facts) -> bool:
    """Say why there are no figures, where the area has none."""
    if facts.scores:
        return False
    reasons = facts.whole()["reason"].unique(maintain_order=True).to_list()
    paper.say(facts.t("standing.none", area=facts.plan.area_name, edition=facts.result.edition.id, reasons=reasons[:1]))
    return True


def index(paper: Paper, facts: Facts) -> None:
    """The index in sentences: score, rank, change, the middle of the country and the tenth place."""
    if nothing_known(paper, facts):
        return
    root = facts.result.edition.root
    row, peers = facts.scores[root], facts.peers.get(root)
    known = {"area": facts.plan.area_name, "period": facts.period, "index": facts.index_name}
    has_score, has_rank = row["score"] is not None, row["rank"] is not None
    key = {(True, True): "both", (True, False): "score", (False, True): "rank", (False, False): "neither"}
    said = [
        facts.t(f"standing.{key[has_score, has_rank]}", score=facts.score(row["score"]), rank=facts.rank(row), **known)
    ]
    if has_score and peers is not None and peers.median is not None:
        said.append(
            facts.t("standing.peers", median=facts.score(peers.median), tenth=facts.score(peers.tenth), n=LEADING)
        )
    paper.say(*said)
    paper.say(*_change(root, facts))


def _change(code: str, facts: Facts) -> list[str]:
    """What changed since the baseline, or why that is not said."""
    then = facts.before.get(code)
    if facts.result.baseline is None:
        return [facts.t("standing.no_baseline")]
    if then is None or (then["score"] is None and then["rank"] is None):
        return [facts.t("standing.unknown_baseline")]
    changes, notes = facts.changes(code)
    about = {"period": then["period"], "edition": then["edition"]}
    said = [facts.t("standing.before", score=facts.score(then["score"]), rank=facts.rank(then), **about)]
    points = changes.get("score_change")
    if points is not None:
        way = "up" if points > 0 else "down" if points < 0 else "same"
        said.append(facts.t(f"standing.score_{way}", points=facts.score(abs(points))))
    places = changes.get("places")
    if places is not None:
        key = "up" if places > 0 else "down" if places < 0 else "same"
        said.append(facts.t(f"standing.{key}", n=abs(places)))
    return [*said, *(f"({note})" for note in notes)]


def pillars(paper: Paper, facts: Facts) -> None:
    """A table of the nodes below the index, and the charts of their scores and ranks."""
    if not facts.scores:
        paper.say(facts.t("standing.no_table"))
        return
    codes = [*facts.result.edition.codes("sub_index"), *facts.result.edition.codes("pillar")]
    if not codes:
        codes = [c for c, node in facts.result.edition.nodes.items() if node.parent == facts.result.edition.root]
    rows = []
    for code in codes:
        row, peers, (changes, _) = facts.scores[code], facts.peers[code], facts.changes(code)
        rows.append(
            [
                facts.node(code),
                facts.score(row["score"]),
                facts.rank(row),
                facts.score(peers.median),
                facts.score(peers.tenth),
                facts.signed(changes.get("score_change")),
                facts.signed(changes.get("places"), whole=True),
            ]
        )
    heads = ("node", "score", "rank", "median", "tenth", "score_change", "places")
    widths = (53, 18, 18, 20, 20, 19, 17)
    columns = [(facts.t(f"column.{key}", n=LEADING), width) for key, width in zip(heads, widths, strict=True)]
    paper.table(
        facts.t("table.pillars", area=facts.plan.area_name, period=facts.period), columns, rows, right=range(1, 7)
    )
    _remarks(paper, facts, codes)
    shown = list(facts.result.edition.codes("pillar")) or codes
    pillar_chart(paper, facts, shown)
    rank_chart(paper, facts)


def _remarks(paper: Paper, facts: Facts, codes: list[str]) -> None:
    """Why cells of the table of pillars are empty."""
    if all(facts.peers[code].median is None for code in codes):
        paper.say(facts.t("standing.no_peers"))
    if any(facts.scores[code]["score"] is None or facts.scores[code]["rank"] is None for code in codes):
        paper.say(facts.t("standing.gaps"))
    apart = [code for code in codes if facts.changes(code)[1]]
    if apart:
        notes = dict.fromkeys(note for code in apart for note in facts.changes(code)[1])
        paper.say(facts.t("standing.apart", codes=apart, notes="; ".join(notes)))


def pillar_chart(paper: Paper, facts: Facts, codes: list[str]) -> None:
    """The scores of nodes beside the middle of the country and the tenth place."""
    rows = [
        {
            "name": short(facts.node(code)),
            "score": facts.scores[code]["score"],
            "median": facts.peers[code].median,
            "tenth": facts.peers[code].tenth,
        }
        for code in codes
    ]
    if any(row["score"] is None or row["median"] is None for row in rows) or not rows:
        paper.say(facts.t("chart.no_pillars"))
        return
    own, middle, tenth = facts.plan.area_name, facts.t("chart.median"), facts.t("chart.tenth", n=LEADING)
    drawn = charts.pillars(
        rows, area=short(own), median=middle, tenth=tenth, axis=facts.t("column.score"), comma=facts.words.lang == "vi"
    )
    told = "; ".join(f"{row['name']}: {facts.score(row['score'])}" for row in rows)
    caption = facts.t("chart.pillars", area=own, period=facts.period, n=LEADING)
    paper.picture(drawn, caption, f"{caption}. {told}")


def rank_chart(paper: Paper, facts: Facts) -> None:
    """The ranks of which the plan asks for a place, beside that place."""
    asked = facts.attainment.filter(
        pl.col("metric") == "rank",
        pl.col("required").is_not_null(),
        pl.col("actual").is_not_null(),
        pl.col("code").is_in(list(facts.scores)),
    )
    # A rank inside a peer set is no rank of the country: only those that the table of ranks shows are drawn.
    rows = [
        {"name": short(facts.node(row["code"])), "rank": int(row["actual"]), "limit": row["required"]}
        for row in asked.unique(["code", "required"], keep="first", maintain_order=True).iter_rows(named=True)
        if facts.scores[row["code"]]["rank"] == row["actual"]
    ]
    if not rows:
        paper.say(facts.t("chart.no_ranks"))
        return
    last = max(entry["n_ranked"] or entry["rank"] or 1 for entry in facts.scores.values())
    caption = facts.t("chart.ranks", area=facts.plan.area_name, period=facts.period)
    drawn = charts.ranks(
        rows, own=short(facts.plan.area_name), limit=facts.t("chart.limit"), axis=facts.t("column.rank"), last=last
    )
    told = "; ".join(f"{row['name']}: {row['rank']} ({facts.asked(row['limit'])})" for row in rows)
    paper.picture(drawn, caption, f"{caption}. {told}")


def strengths(paper: Paper, facts: Facts) -> None:
    """The indicators on which the area is far ahead."""
    _outstanding(paper, facts, "strengths")


def weaknesses(paper: Paper, facts: Facts) -> None:
    """The indicators on which the area is far behind, and the largest parts of the gap of the index."""
    _outstanding(paper, facts, "weaknesses")


def _outstanding(paper: Paper, facts: Facts, which: str) -> None:
    if not facts.scores:
        paper.say(facts.t("standing.no_table"))
        return
    found = getattr(facts.result, which)(facts.plan.area, period=facts.period)
    if found.is_empty():
        paper.say(facts.t(f"{which}.none"))
        return
    paper.say(facts.t(f"{which}.rule"))
    columns = facts.columns(("indicator", 75), ("score", 20), ("rank", 20), ("lead", 50))
    rows = [
        [facts.node(row["code"]), facts.score(row["score"]), facts.rank(row), leading(facts, row["code"])]
        for row in found.iter_rows(named=True)
    ]
    paper.table(facts.t(f"table.{which}"), columns, rows, right=(1, 2))


def leading(facts: Facts, code: str) -> str:
    """The names of the agencies that lead a node; a dash where none does."""
    return "; ".join(facts.agency_name(id) for id in facts.led.get(code, ())) or "–"


def gaps(paper: Paper, facts: Facts) -> None:
    """The indicators with the largest parts of what the index is short of its maximum."""
    if not facts.scores:
        paper.say(facts.t("standing.no_table"))
        return
    known = facts.leads.filter(pl.col("index_gap").is_not_null())
    if known.is_empty():
        reasons = [text for text in facts.summary["reason"].unique(maintain_order=True) if text]
        paper.say(facts.t("chart.no_gaps", reasons=reasons))
        return
    # An indicator that several agencies lead has a row for each, with equal shares.
    whole = known.group_by("code", maintain_order=True).agg(pl.col("index_gap").sum())
    largest = whole.sort("index_gap", descending=True, maintain_order=True).head(SHOWN)
    total, part = (sum(frame["index_gap"].to_list()) for frame in (whole, largest))
    paper.say(facts.t("gaps.rule", gap=facts.score(total), n=largest.height, part=facts.score(part)))
    rows = [
        {"name": short(facts.node(code)), "figure": gap, "label": facts.score(gap)} for code, gap in largest.iter_rows()
    ]
    caption = facts.t("chart.gaps", n=largest.height)
    drawn = charts.bars(rows, axis=facts.t("chart.gap_axis"), comma=facts.words.lang == "vi")
    paper.picture(drawn, caption, f"{caption}. " + "; ".join(f"{row['name']}: {row['label']}" for row in rows))

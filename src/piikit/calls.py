"""What can be done without an engine in hand: each by the engine that knows all installed plugins."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from piikit.engine import Engine, default_engine
from piikit.files.read import TableLike
from piikit.findings.messages import Lang
from piikit.findings.severities import OnFindings
from piikit.framework.areas import AreaList
from piikit.framework.documents import packaged
from piikit.framework.edition import Edition, EditionLike
from piikit.inputs.coinr import CoinrProject
from piikit.inputs.mergers import Merged, RuleLike
from piikit.plans.plan import Plan, PlanLike
from piikit.result import Result
from piikit.scoring.large_files import Streamed
from piikit.scoring.scenarios import ScenariosLike


def evaluate(
    data: TableLike | None = None,
    edition: EditionLike | None = None,
    *,
    scores: TableLike | None = None,
    bounds: TableLike | None = None,
    plan: PlanLike | None = None,
    baseline: Result | None = None,
    scenarios: ScenariosLike = (),
    on_findings: OnFindings = "raise",
    lang: Lang | None = None,
    engine: Engine | None = None,
) -> Result:
    """Scores, ranks and attained targets of all areas in the data.

    Args:
        data: a polars DataFrame or LazyFrame, anything with the Arrow PyCapsule interface (pandas, pyarrow, duckdb),
            or the path of a csv, xlsx, parquet, json or ndjson file. Wide: `area`, optional `period`, then raw items
            and indicator codes in any mix; long: `area`, `item` or `indicator`, `value`. None where `scores` is given.
        edition: the id of an installed edition, a path, a mapping, or an Edition; always to be named.
        scores: published figures of nodes: area, code, score or rank or both, optional period. A given node is not
            recomputed and counts as fully covered; a given rank wins.
        bounds: published ends of normalisation: code, lower, upper (in the indicator's unit), optional period.
        plan: the id of an installed plan, a path, a mapping, or a Plan; judged into `attainment`.
        baseline: a result that targets are measured from.
        scenarios: what-if scenarios in any iterable: `Scenario` objects, mappings, or paths of json files that hold one
            or a list. They are computed beside the base, which keeps the name "base".
        on_findings: "raise" to raise where there are errors in the data, "keep" to evaluate what is sound.
        lang: "vi" or "en", of messages, reasons and labels.
        engine: the engine to use; the default one knows all installed plugins.

    Returns:
        the result: `scores`, `bounds`, `attainment`, `findings`, `record`, `table()`, `explain()`.

    Raises:
        InputError: the data hold errors; all are named.
        DocumentError: a faulty edition, plan or scenario; all faults are named.
        UsageError: an unknown name, an unreadable file, a wrong argument.

    Source of the method: min-max and equal-weight means as PII publishes them (see the edition's sources and
    evidence); others name their source in `piikit.framework.methods`.

    >>> import polars as pl
    >>> pillars = pl.DataFrame({"area": "Bắc Ninh", "code": list("1234567"),
    ...                         "score": [59.17, 39.99, 62.30, 47.43, 56.40, 28.74, 60.20]})
    >>> result = evaluate(edition="pii-2025", scores=pillars)
    >>> [round(result.table("score")[code][0], 2) for code in ("IN", "OUT", "PII")]
    [53.06, 44.47, 48.76]
    """
    return (engine or default_engine()).evaluate(
        data,
        edition,
        scores=scores,
        bounds=bounds,
        plan=plan,
        baseline=baseline,
        scenarios=scenarios,
        on_findings=on_findings,
        lang=lang,
    )


def check(
    data: TableLike | None,
    edition: EditionLike,
    *,
    scores: TableLike | None = None,
    bounds: TableLike | None = None,
    lang: Lang | None = None,
    engine: Engine | None = None,
) -> pl.DataFrame:
    """Every finding on the data, without evaluating them.

    Returns:
        severity, code, area, area_name, period, column, value, expected, message, hint; a row a place.

    >>> found = check(pl.DataFrame({"area": ["Hà Nội", "Hà Nộ"], "hdi": [0.8, 1.8]}), "pii-2024")
    >>> found.filter(pl.col("severity") == "error")["code"].to_list()
    ['unknown_area', 'above_maximum']
    """
    return (engine or default_engine()).check(data, edition, scores=scores, bounds=bounds, lang=lang)


def stream(
    path: str | Path,
    edition: EditionLike,
    *,
    to: str | Path,
    bounds: TableLike | None = None,
    on_findings: OnFindings = "raise",
    piece: int = 1 << 24,
    scratch: str | Path | None = None,
    lang: Lang | None = None,
    engine: Engine | None = None,
) -> Streamed:
    """Scores and ranks of a file that does not fit into memory, written to a file.

    The figures, findings and record are those of `evaluate`, to the last bit. Memory holds a piece of the file, one
    column of all rows, and the keys of all rows (16 bytes each); the rest lies in a folder for the time of the call,
    which takes about four times the size of the figures as 64-bit numbers.

    Args:
        path: a csv, tsv, txt, ndjson or parquet file, wide or long.
        edition: the id of an installed edition, a path, a mapping, or an Edition.
        to: the parquet file to write, whole or not at all: a row an area and period with area, area_name, period,
            scenario, `value:<code>` of each indicator, `score:<code>` and `rank:<code>` of each node.
        bounds: published ends of normalisation: code, lower, upper, optional period.
        on_findings: "raise" to raise where there are errors in the data, "keep" to evaluate what is sound.
        piece: bytes that are read at once.
        scratch: the folder in which what does not fit into memory lies meanwhile; the system's own where not given.
        lang: "vi" or "en", of messages.
        engine: the engine to use.

    Raises:
        InputError: the data hold errors; all kinds are named, and of each the first 1,000 cells.
        UsageError: the file cannot be read in pieces, or a method of the edition needs all rows at once.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     streamed = stream(sample(), "pii-2024", to=folder + "/scores.parquet")
    ...     first = pl.read_parquet(streamed.path).sort("rank:PII").row(0, named=True)
    >>> streamed.rows, first["area_name"], streamed.record["id"] == evaluate(sample(), "pii-2024").record["id"]
    (63, 'Bình Dương', True)
    """
    return (engine or default_engine()).stream(
        path, edition, to=to, bounds=bounds, on_findings=on_findings, piece=piece, scratch=scratch, lang=lang
    )


def edition(id: EditionLike, *, engine: Engine | None = None) -> Edition:
    """One edition.

    >>> len(edition("pii-2025").indicators)
    52
    """
    return (engine or default_engine()).edition(id)


def plan(id: PlanLike, *, engine: Engine | None = None) -> Plan:
    """One plan.

    Args:
        id: the id of an installed plan, a path, a mapping, or a Plan.
        engine: the engine to use.

    Raises:
        UsageError: no such plan or file.
        DocumentError: a faulty document, with every fault.

    >>> document = {"id": "p", "title": {"vi": "Thử", "en": "Trial"}, "area": "24", "areas": "vn-63", "sources": ["-"],
    ...             "edition": "pii-2024", "targets": [{"id": "t", "node": "PII",
    ...             "conditions": [{"metric": "rank", "is": "at_most", "value": 10}]}]}
    >>> plan(document).area_name
    'Bắc Giang'
    """
    return (engine or default_engine()).plan(id)


def editions(*, engine: Engine | None = None) -> pl.DataFrame:
    """The installed editions: id, status, period, titles, areas and counts.

    >>> editions().filter(pl.col("status") == "reconstructed")["id"].to_list()
    ['pii-2023', 'pii-2024', 'pii-2025']
    """
    return (engine or default_engine()).editions()


def area_lists(*, engine: Engine | None = None) -> pl.DataFrame:
    """The installed lists of areas: id, title_vi, title_en, n_areas, valid_from, valid_to, predecessor, successor.

    `Engine.area_list(id)` is one of them with its areas.

    >>> area_lists().select("id", "n_areas").rows()
    [('vn-34', 34), ('vn-63', 63)]
    """
    return (engine or default_engine()).area_lists()


def edition_on(
    edition: EditionLike, areas: str | Mapping[str, Any] | AreaList, *, engine: Engine | None = None
) -> Edition:
    """An edition on another list of areas, such as that of 2024 on the 34 provinces of 2025.

    Nobody published an index of these areas in this edition: the edition carries a doubt that says so, and every result
    the warning `counterfactual_areas`. Its status stays; that of an official edition becomes "local". Peer sets that
    name areas by code are left out, for a code may mean another area in the other list.

    Args:
        edition: the id of an installed edition, a path, a mapping, or an Edition.
        areas: the id of an installed list, the document of a list, or an AreaList.
        engine: the engine to use.

    Raises:
        UsageError: no such edition or list.
        DocumentError: a faulty document, or one that needs a peer set that was left out.

    >>> on_34 = edition_on("pii-2024", "vn-34")
    >>> on_34.id, on_34.status, len(on_34.areas)
    ('pii-2024-on-vn-34', 'reconstructed', 34)
    """
    return (engine or default_engine()).edition_on(edition, areas)


def merge_areas(
    data: TableLike,
    edition: EditionLike,
    to: str | Mapping[str, Any] | AreaList = "vn-34",
    *,
    former: str | Mapping[str, Any] | AreaList | None = None,
    rules: Mapping[str, RuleLike] | None = None,
    weights: TableLike | None = None,
    before: str | None = None,
    partial: bool = False,
    on_findings: OnFindings = "raise",
    lang: Lang | None = None,
    engine: Engine | None = None,
) -> Merged:
    """Data of former areas put together for the areas that took them in, such as 63 provinces to 34.

    Counts and amounts (`additive` in the description of an item) are summed. Anything else follows the rule that the
    item's description or `rules` states, with a finding that names it, and is empty with a finding where there is none:
    nothing is guessed. An indicator's own value is never summed. Which area went where is read from the two lists by
    what they say, never by equal codes. An area that was not merged keeps its figures, bit by bit. Each period is
    handled by itself. Row order does not matter.

    Args:
        data: as `evaluate` takes it, with a row a former area and period.
        edition: what the columns mean, and the list that the data are on.
        to: the list of areas to merge to: an installed one, the document of one, or an AreaList. It must say what its
            areas were formed from, or the list before what they became.
        former: the list that the data are on, where it is not that of the edition.
        rules: by item or indicator, what beats the description: "sum", {"mean": an item or a column of `weights`},
            "min", "max", "any" and "all" (of figures that are 0 or 1), "same" (all parts must agree) or "none".
        weights: a wide table of weights: `area`, optional `period`, a column a weight; it beats items of its names.
        before: the first period whose rows are on the new areas; they pass as they are. Where not given, the year in
            which the list begins. Compared as text.
        partial: put together the parts that have a figure where others have none, with a finding that names them.
        on_findings: "raise" to raise where there are errors in the data, "keep" to merge what is sound.
        lang: "vi" or "en", of messages.
        engine: the engine to use.

    Returns:
        the merged table as `data`, the edition on the new areas as `edition`, `findings`, `trail`, `long`.

    Raises:
        InputError: the data hold errors; all are named.
        DocumentError: an area without a successor, with several, or on whose successor the lists do not agree.
        UsageError: an unknown name, a list that does not follow the other, a rule that is none.

    Source of the method: sums and weighted means over a partition of areas; the mergers are those of the area lists.

    >>> merged = merge_areas(sample(), "pii-2024", rules={"par_index": {"mean": "population"}})
    >>> evaluate(merged.data, merged.edition).scores["area"].n_unique()
    34
    """
    return (engine or default_engine()).merge_areas(
        data,
        edition,
        to,
        former=former,
        rules=rules,
        weights=weights,
        before=before,
        partial=partial,
        on_findings=on_findings,
        lang=lang,
    )


def from_coinr(
    iData: TableLike,
    iMeta: TableLike,
    *,
    id: str = "coinr-project",
    period: str | None = None,
    title: str | Mapping[str, str] | None = None,
    index: str | None = None,
    impute: str | Mapping[str, Any] = "none",
    treat: str | Mapping[str, Any] = "none",
    normalise: str | Mapping[str, Any] = "min_max",
    aggregate: str | Mapping[str, Any] = "mean",
    lang: Lang | None = None,
    engine: Engine | None = None,
) -> CoinrProject:
    """A project of the R package COINr as data and an edition document.

    The methods of a COINr project stand in its script and not in its tables: state those that it uses. What is not
    stated is what COINr does where it is told nothing: nothing imputed or treated, min-max from 0 to 100, weighted
    means.

    Args:
        iData: the table of that name: `uCode`, optional `uName` and `Time`, a column an indicator, group and
            denominator. A frame or a path, as `evaluate` takes data.
        iMeta: the table of that name: `iCode`, `Type`, `Level`, `Parent`, `Weight`, `Direction`, optional `iName`,
            `Unit`, `Denominator`, `Target`.
        id: the id of the edition.
        period: the period of the edition, and of rows without `Time`; the last `Time` where not given.
        title: of the edition, a text or {"vi": …, "en": …}; the name of the index where not given.
        index: the node to take as the index, where iMeta has several without a parent, or only a part is wanted.
        impute: how missing values are filled, of all indicators, as an edition's `defaults` state it.
        treat: how outliers are treated, likewise.
        normalise: how values become scores, likewise.
        aggregate: how scores become that of the node above, likewise.
        lang: "vi" or "en", of messages.
        engine: the engine to use.

    Returns:
        `data`, the document `edition`, and `findings` on what has no counterpart; `write(folder)` keeps the first two.

    Raises:
        InputError: the tables hold errors; all are named.
        DocumentError: an unknown method, or a tree that is none.
        UsageError: no table, or no such node.

    Source: the reference of `new_coin()` in COINr 1.1.14.

    >>> meta = pl.DataFrame({"iCode": ["pat", "edu", "IDX"], "Type": ["Indicator", "Indicator", "Aggregate"],
    ...                      "Level": [1, 1, 2], "Parent": ["IDX", "IDX", None], "Weight": [1, 3, 1],
    ...                      "Direction": [1, 1, 1], "Target": [5.0, None, None]})
    >>> project = from_coinr({"uCode": ["A", "B"], "Time": [2024, 2024], "pat": [3.0, 5.0], "edu": [9.0, 1.0]}, meta)
    >>> project.findings["code"].to_list()
    ['coinr_target_unused']
    >>> evaluate(project.data, project.edition).table("score")["IDX"].to_list()
    [75.0, 25.0]
    """
    return (engine or default_engine()).from_coinr(
        iData,
        iMeta,
        id=id,
        period=period,
        title=title,
        index=index,
        impute=impute,
        treat=treat,
        normalise=normalise,
        aggregate=aggregate,
        lang=lang,
    )


def plugins(*, engine: Engine | None = None) -> pl.DataFrame:
    """The plugins: name, version, distribution, state, provides, cause, warnings.

    >>> "knowledge" in plugins()["name"]
    True
    """
    return (engine or default_engine()).plugins()


def sample() -> Path:
    """The path of a table of raw items of 63 provinces for `pii-2024`: seeded sample data, no real figures.

    >>> evaluate(sample(), "pii-2024").scores["area"].n_unique()
    63
    """
    return Path(str(packaged("sample", "pii-2024-sample.csv")))

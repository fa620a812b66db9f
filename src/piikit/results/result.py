"""A result: what an evaluation gave, read for a province and its agencies, and written to files."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, get_args

import polars as pl
from attrs import frozen

from piikit.files.safe_writing import write_together
from piikit.findings.errors import UsageError
from piikit.findings.finding import FIRST
from piikit.findings.messages import messages, number
from piikit.inputs.keys import BASE
from piikit.plans.agencies import Role
from piikit.plans.progress import day_asked, task_frame
from piikit.results.by_agency import by_agency
from piikit.results.follow import follow
from piikit.results.frames import Evaluated
from piikit.results.low_scores import LowRule, Ties, TwoValued, lowest, outstanding
from piikit.results.writers import Decimal, files_of

FORMAT = "1.0"
"""The version of `schemas/result.schema.json` that `to_dict` follows."""


@frozen(kw_only=True, repr=False)
class Result(Evaluated):
    """What `evaluate` gives.

    Frames are built when first asked for; all are sorted by period, scenario, area (in the edition's order) and tree
    order.

    Attributes:
        edition: the framework that was used.
        plan: the plan that was judged, or None.
        wide: the pipeline's own frame; use `scores` and `table` instead.
        lang: the language of reasons and messages.

    >>> import piikit
    >>> result = piikit.evaluate(piikit.sample(), "pii-2024")
    >>> result
    <Result pii-2024: 63 rows x 78 nodes>
    >>> result.table("rank", "index").sort("PII").head(2).select("area_name", "PII").rows()
    [('Bình Dương', 1), ('Quảng Ngãi', 2)]
    """

    def _outstanding(
        self, area: str, n: int, period: str | None, scenario: str, two_valued: TwoValued, *, best: bool
    ) -> pl.DataFrame:
        row = self._row(area, period, scenario)
        return outstanding(self.scores, self.edition, row, n, best=best, two_valued=two_valued, lang=self.lang)

    def strengths(
        self,
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
        return self._outstanding(area, n, period, scenario, two_valued, best=True)

    def weaknesses(
        self,
        area: str,
        n: int = 5,
        period: str | None = None,
        scenario: str = "base",
        *,
        two_valued: TwoValued = "exclude",
    ) -> pl.DataFrame:
        """The area's weaknesses: the rule, arguments and columns of `strengths` from the other end, worst first."""
        return self._outstanding(area, n, period, scenario, two_valued, best=False)

    def lowest(
        self,
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
        row = self._row(area, period, scenario)
        return lowest(self.scores, self.edition, row, n, rule=rule, ties=ties, two_valued=two_valued, lang=self.lang)

    def follow(
        self, codes: str | Iterable[str], area: str, others: Sequence[Result] = (), scenario: str = "base"
    ) -> pl.DataFrame:
        """Nodes of one area through this result and others, by period; see `piikit.follow`."""
        return follow([*others, self], area, codes, scenario=scenario, lang=self.lang)

    def tasks(self, on: date | str, progress: Any = None) -> pl.DataFrame:
        """Where the tasks of the plan stand on a day. Empty without a plan.

        Args:
            on: the day; a month or a year stands for its last day.
            progress: what came since the plan was signed, as a table (a frame, rows, or a file as for `evaluate`) with
                a row a task: `task` (its id) and any of `started`, `done` (dates), `evidence`, `note`. What it says
                goes before what the plan's document says.

        Returns:
            task, text, lead (id of the agency that answers on the day), lead_name (its name on the day), coordinating
            (ids), nodes, due, output, evidence, done, status, days, reason_code, reason, start, targets, lead_in_plan,
            note. `status` is the first that holds:

            - done: done on or before the day, with evidence; `done_without_evidence` without
            - late: the due day has passed and it is not done; the due day itself is in time
            - not_started: it begins after the day (`started`, else the plan's `start`)
            - on_time: all else; also where the plan names no due day

            `days` are those from the day until it is due, below 0 where late; of a done task those it was done before
            the due day, below 0 where after.

        Raises:
            UsageError: `on` is no date, or the table cannot be read.
            InputError: the table names unknown tasks, a task twice, or dates that are none.

        >>> import piikit
        >>> report = {"id": "report", "text": {"en": "Report"}, "lead": "science", "due": "2024-11"}
        >>> plan = {"id": "p", "title": {"vi": "Thử", "en": "Trial"}, "area": "24", "areas": "vn-63", "sources": ["-"],
        ...         "edition": "pii-2024", "tasks": [report], "agencies": [{"id": "science", "name": {"vi": "Sở KH&CN",
        ...         "en": "Science"}}], "targets": [{"id": "t", "node": "PII",
        ...         "conditions": [{"metric": "rank", "is": "at_most", "value": 10}]}]}
        >>> result = piikit.evaluate(edition="pii-2024", plan=plan, scores=[{"area": "24", "code": "PII", "rank": 10}])
        >>> result.tasks("2024-12-10")["reason"].to_list()
        ['due on 2024-11-30, 10 days late']
        >>> result.tasks("2024-12-10", [{"task": "report", "done": "2024-12-01"}])["status"].to_list()
        ['done_without_evidence']
        """
        return task_frame(self.plan, day_asked(on), progress=progress, lang=self.lang)

    def by_agency(
        self,
        area: str | None = None,
        period: str | None = None,
        scenario: str = "base",
        *,
        roles: Sequence[Role] = ("lead",),
        on: date | str | None = None,
        progress: Any = None,
        summarise: bool = False,
    ) -> pl.DataFrame:
        """What each agency of the plan answers for. Empty without a plan.

        The gap of the index is its maximum minus its score. An indicator's part of it is its effective weight times
        (maximum minus score); where several agencies lead it, each has an equal share. The parts of all agencies and of
        `nobody` add up to the gap. They are null, with the reason, where the tree is not of means and sums, or an
        indicator has no score. An indicator that nobody leads belongs to who leads the nearest node above it.

        Args:
            area: the plan's area where not given.
            period: the last one where not given.
            scenario: "base" for the data as they are.
            roles: which duties to list: "lead", "coordinate", "supply_data", "evidence". Only leads have a gap.
            on: the day that decides names, successors and the state of tasks; the last day of the period where not
                given.
            progress: of tasks, as in `tasks`.
            summarise: one row an agency: agency, name, indicators (that it leads), scored (with a score), index_gap,
                index_gap_share, tasks (that it leads), a column a status of tasks, reason.

        Returns:
            agency (`nobody` for indicators that nobody leads), name, role, code, node_name, level, area, area_name,
            period, scenario, value, score, rank, n_ranked, score_change and places (against the baseline), targets
            (that speak of the node), gap_to_target (points), rank_gap_to_target (places), n_leading, through (names of
            outside indices), index_gap (points of the index), index_gap_share (0 to 1), reason.

        Raises:
            UsageError: an unknown area, period, role or day; the plan's area is none of the edition.

        >>> import piikit
        >>> plan = {"id": "p", "title": {"vi": "Thử", "en": "Trial"}, "area": "24", "areas": "vn-63", "sources": ["-"],
        ...         "edition": "pii-2024", "targets": [{"id": "t", "node": "PII", "conditions": [
        ...         {"metric": "rank", "is": "at_most", "value": 10}]}], "agencies": [{"id": "science", "name": {
        ...         "vi": "Sở KH&CN", "en": "Science"}, "duties": [{"role": "lead", "nodes": ["6.2.*"]}]}]}
        >>> found = piikit.evaluate(piikit.sample(), "pii-2024", plan=plan).by_agency(summarise=True)
        >>> found.select("agency", "indicators").rows(), round(found["index_gap_share"].sum(), 9)
        ([('science', 3), ('nobody', 49)], 1.0)
        """
        return by_agency(self, area, period, scenario, roles=roles, on=on, progress=progress, summarise=summarise)

    def labelled_scores(self) -> pl.DataFrame:
        """`scores` as files carry it: with the edition, its status and the record's id on every row.

        The last column, `warning`, holds in the first row what must be known of the edition and the data before
        anything else; it is null elsewhere, and everywhere where there is nothing to know.
        """
        said = " ".join(item.line(self.lang) for item in self.all_findings if item.code in FIRST)
        first = pl.int_range(pl.len()) == 0
        return self.scores.with_columns(
            edition=pl.lit(self.edition.id),
            status=pl.lit(self.edition.status),
            record=pl.lit(self.record["id"]),
            warning=pl.when(first & pl.lit(bool(said))).then(pl.lit(" ".join(said.split()))),
        )

    def to_dict(self) -> dict[str, Any]:
        """The result for machines, as in `schemas/result.schema.json`."""
        return {
            "format": FORMAT,
            "edition": {"id": self.edition.id, "status": self.edition.status, "title": dict(self.edition.title)},
            "record": self.record,
            "findings": self.findings.to_dicts(),
            "scores": self.scores.to_dicts(),
            "bounds": self.bounds.to_dicts(),
            "attainment": self.attainment.to_dicts(),
        }

    def write(self, path: str | Path, *, decimal: Decimal = ".") -> Path:
        """Write the result to a file, in the format of its suffix.

        json holds all, csv and parquet the long scores, each with a file `<name>-metadata.json` beside it that says
        what its columns are; xlsx is a workbook for people, a sheet a view. Each file is written whole or not at all.

        Args:
            path: where to.
            decimal: "," writes csv for people: semicolons, decimal commas, and a mark by which a spreadsheet knows
                UTF-8. Other formats hold numbers, not their digits.

        Returns:
            the path.

        Raises:
            UsageError: no writer knows the suffix, or the place cannot be written to; a decimal comma elsewhere.
            MissingExtraError: xlsx without the extra `excel`.

        >>> import json, piikit, tempfile
        >>> result = piikit.evaluate(piikit.sample(), "pii-2024")
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = result.write(folder + "/điểm.csv", decimal=",")
        ...     said = json.loads(path.with_name("điểm.csv-metadata.json").read_text(encoding="utf-8"))
        >>> said["tableSchema"]["columns"][0]["titles"]["en"], said["dialect"]["delimiter"]
        ('area code', ';')
        """
        if decimal not in get_args(Decimal):
            raise UsageError(f"decimal must be '.' or ',', not {decimal!r}")
        suffix = Path(path).suffix.lower()
        writer = self.writers.get(suffix)
        if writer is None:
            raise UsageError(f"{path}: no writer for {suffix!r}; known are {', '.join(sorted(self.writers))}")
        return write_together(files_of(writer, self, path, decimal))

    def summary(self) -> str:
        """The result in a few lines: the edition and its warnings first, then the first areas by rank."""
        words = messages(self.lang)
        lines = [f"{self.edition.id} · {words.of(self.edition.title)}"]
        lines += [f"! {item.line(self.lang)}" for item in self.all_findings if item.code in FIRST]
        root = self.edition.root
        base = self.wide.filter(pl.col("scenario") == BASE) if self.what_if is not None else self.wide
        best = base.sort(f"rank:{root}", nulls_last=True, maintain_order=True).head(10)
        for rank, name, period, score in best.select(f"rank:{root}", "area_name", "period", f"score:{root}").rows():
            place = "–" if rank is None else rank
            lines.append(f"{place:>4}  {name} ({period})  {number(score, self.lang, self.edition.display_decimals)}")
        counts = self.all_findings.counts()
        lines.append(words.text("label.findings", **counts))
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.summary()

    def __repr__(self) -> str:
        return f"<Result {self.edition.id}: {self.wide.height} rows x {len(self.edition.nodes)} nodes>"

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(self.summary())}</pre>"

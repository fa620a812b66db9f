"""A result: what can be asked of an evaluation, by a developer, a province and its agencies."""

from __future__ import annotations

import functools
import html
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import IO, Any, Concatenate, Literal, ParamSpec, TypeVar, get_args, overload

import polars as pl
from attrs import field, frozen

from piikit.analysis.audit.audit import audit
from piikit.analysis.seek.goal_seek import goalseek
from piikit.analysis.seek.levers import levers
from piikit.analysis.weights.derive import weights
from piikit.files.contents import put, suffix_of
from piikit.files.read import TableLike
from piikit.files.safe_writing import write_together
from piikit.files.wide_columns import rank_column, score_column
from piikit.findings.errors import UsageError, told_in, translated
from piikit.findings.finding import FIRST, Findings
from piikit.findings.messages import Lang, messages, number
from piikit.findings.paths import path_of
from piikit.findings.severities import OnFindings
from piikit.findings.unknown import one_of
from piikit.framework.edition import Edition, EditionLike
from piikit.inputs.keys import BASE
from piikit.plans.plan import Plan, PlanLike
from piikit.results.by_agency import by_agency
from piikit.results.comparison import Pick, Side, compare, effects, match_areas, overtakes
from piikit.results.follow import follow
from piikit.results.frames import Frames
from piikit.results.low_scores import lowest, strengths, weaknesses
from piikit.results.reading import explain, ranks, scenario_effects, table
from piikit.results.tasks import tasks
from piikit.results.writers import Decimal, ReportKind, Writer, files_of, rendered
from piikit.scoring.record import Record
from piikit.scoring.scenarios import ScenariosLike

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


def answered(
    question: Callable[Concatenate[Frames, Asked], Answer],
) -> Callable[Concatenate[Result, Asked], Answer]:
    """A question on the frames of a result as a method of the result; signature and text are those of the question."""

    @functools.wraps(question)
    def method(result: Result, /, *args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
        with told_in(result.lang):
            return question(result._frames, *args, **kwargs)

    return method


@frozen(kw_only=True, repr=False)
class Result:
    """What `evaluate` gives.

    Frames are built when first asked for; all are sorted by period, scenario, area (in the edition's order) and tree
    order.

    >>> import piikit
    >>> result = piikit.evaluate(piikit.sample(), "pii-2024")
    >>> result
    <Result pii-2024: 63 rows x 78 nodes>
    >>> result.table("rank", "index").sort("PII").head(2).select("area_name", "PII").rows()
    [('Bình Dương', 1), ('Quảng Ngãi', 2)]
    """

    __module__ = "piikit"

    _frames: Frames
    _writers: Mapping[str, Writer] = field(factory=dict)
    _before: Result | None = None
    _replay: Callable[..., Result] | None = field(default=None, eq=False)

    # -- what it was made of ------------------------------------------------------------------------------------------

    @property
    def edition(self) -> Edition:
        """The framework that was used."""
        return self._frames.edition

    @property
    def plan(self) -> Plan | None:
        """The plan that was judged, or None."""
        return self._frames.plan

    @property
    def baseline(self) -> Result | None:
        """The result that targets are measured from, or None."""
        return self._before

    @property
    def lang(self) -> Lang:
        """The language of reasons and messages."""
        return self._frames.lang

    @property
    def record(self) -> Record:
        """Which documents, data, options, plugins and versions made the result, and an `id` for all of it."""
        return self._frames.record

    # -- its frames ---------------------------------------------------------------------------------------------------

    @property
    def scores(self) -> pl.DataFrame:
        """area, area_name, period, scenario, code, level, value, treated, score, rank, n_ranked, coverage."""
        return self._frames.scores

    @property
    def bounds(self) -> pl.DataFrame:
        """period, scenario, code, lower, upper (in the indicator's unit), source.

        The source is "cohort", "edition", "given", or "base" where a scenario keeps the bounds of the base.
        """
        return self._frames.bounds

    @property
    def treatment(self) -> pl.DataFrame:
        """What was done to which value before it was normalised; empty where the edition does nothing.

        Columns: area, area_name, period, scenario, code, step ("set_aside", "imputed", or what the treatment did:
        "winsorise", "log", "box_cox"), method (with its parameters), before, after (in the indicator's unit, after on
        the treated scale). A value that was imputed and then treated has two rows.
        """
        return self._frames.treatment

    @property
    def attainment(self) -> pl.DataFrame:
        """The judgement of the plan's targets; empty without a plan.

        Columns: target, area, area_name, period, scenario, code, metric, condition, required, actual, gap, status,
        reason_code, reason, gap_points, step, on_track.
        """
        return self._frames.attainment

    @property
    def all_findings(self) -> Findings:
        """Every finding, the warning on the edition's status first."""
        return self._frames.all_findings

    @property
    def findings(self) -> pl.DataFrame:
        """severity, code, area, area_name, period, column, value, expected, message, hint."""
        return self._frames.findings

    def labelled_scores(self) -> pl.DataFrame:
        """`scores` as files carry it: with the edition, its status and the record's id on every row.

        The last column, `warning`, holds in the first row what must be known of the edition and the data before
        anything else; it is null elsewhere, and everywhere where there is nothing to know.
        """
        return self._frames.labelled_scores()

    def to_dict(self) -> dict[str, Any]:
        """The result for machines, as in `schemas/result.schema.json`."""
        return self._frames.to_dict()

    # -- what is read off them ----------------------------------------------------------------------------------------

    table = answered(table)
    ranks = answered(ranks)
    explain = answered(explain)
    scenario_effects = answered(scenario_effects)
    strengths = answered(strengths)
    weaknesses = answered(weaknesses)
    lowest = answered(lowest)
    tasks = answered(tasks)
    by_agency = answered(by_agency)

    # -- what is asked of them ----------------------------------------------------------------------------------------

    audit = answered(audit)
    goalseek = answered(goalseek)
    levers = answered(levers)
    weights = answered(weights)

    # -- beside others ------------------------------------------------------------------------------------------------

    @translated
    def compare(
        self,
        other: Result | TableLike,
        *,
        tolerance: float | None = None,
        period: str | None = None,
        other_period: str | None = None,
        scenario: str | None = None,
        other_scenario: str | None = None,
    ) -> pl.DataFrame:
        """This result beside another one, or beside figures from elsewhere: differences, this one minus the other.

        Scenarios stand beside those of the same name, or all beside the one chosen of the other result:
        `result.compare(result, other_scenario="base")`. Periods stand beside the same period, or side by side where
        each has one. Of two lists of areas, those that are the same unit in both are compared.

        Args:
            other: a result; or a table of published or foreign figures as `scores=` of `evaluate` takes it: area,
                code, score or rank or both, optional period; or a wide one, such as COINr's own results: `uCode` or
                area, optional `Time` or period, and the scores in a column a node.
            tolerance: by how many points scores may differ and still agree: 0.005 for figures printed with two
                decimals.
            period: of this result; all where not given.
            other_period: of the other one.
            scenario: of this result; all where not given.
            other_scenario: of the other one.

        Returns:
            area, area_name, period, other_period, scenario, code, level, score, other_score, difference, rank,
            other_rank, places (how many places this one is further up), other_scenario, other_area, other_code,
            n_ranked, other_n_ranked, agrees (scores within the tolerance and ranks equal; null without a tolerance),
            reason_code, reason (why there is no difference or no places); rows and nodes that both have.

        Raises:
            UsageError: nothing can be compared, or an unknown period or scenario.
            InputError: the table of figures has faults; all are named.

        >>> import piikit
        >>> pillars = {"area": ["Bắc Ninh"] * 7, "code": list("1234567"),
        ...            "score": [59.17, 39.99, 62.30, 47.43, 56.40, 28.74, 60.20]}
        >>> published = [{"area": "Bắc Ninh", "code": "PII", "score": 48.76}]
        >>> beside = piikit.evaluate(edition="pii-2025", scores=pillars).compare(published, tolerance=0.01)
        >>> beside.select("other_score", "agrees").rows()
        [(48.76, True)]
        """
        pick = Pick(period=period, other_period=other_period, scenario=scenario, other_scenario=other_scenario)
        beside = other._frames.side() if isinstance(other, Result) else other
        return compare(self._frames.side(), beside, pick, tolerance=tolerance, lang=self.lang)

    @translated
    def matched_areas(self, other: Result) -> pl.DataFrame:
        """Which areas of this result are those of another one, by the predecessors and successors of their lists.

        Returns:
            area, area_name, other_area, other_name, status: "same" (the same unit, compared), "merged" (one of the
            two took in the other with more; a row for each part; left out), "only_here", "only_there".

        >>> import piikit
        >>> old = piikit.evaluate(edition="pii-2024", scores=[{"area": "Bắc Giang", "code": "PII", "rank": 10}])
        >>> new = piikit.evaluate(edition="pii-2025", scores=[{"area": "Bắc Ninh", "code": "PII", "rank": 6}])
        >>> new.matched_areas(old).rows()
        [('24', 'Bắc Ninh', '24', 'Bắc Giang', 'merged')]
        """
        return match_areas(self._frames.side(), _other(other))

    @translated
    def effects(
        self,
        other: Result,
        *,
        by: Literal["node", "indicator"] = "node",
        code: str | None = None,
        area: str | None = None,
        period: str | None = None,
        other_period: str | None = None,
        scenario: str | None = None,
        other_scenario: str | None = None,
    ) -> pl.DataFrame:
        """The difference from another result, split into effects that add up to it: where does it come from?

        Each effect is what a factor changes when it is taken from this result instead of the other one, averaged over
        all orders in which the factors can be exchanged (Shapley value). Factors: `data` (values and published
        figures that both have), `coverage` (figures that only one has), `areas` (areas that only one has: they move
        the ends of normalisation), `weights`, and `methods` (all else of the edition: methods, directions, the tree
        and the indicators that only one edition has). A factor that does not differ has the effect 0.

        Args:
            other: the result to start from.
            by: "node" for the effects on every node; "indicator" to split those on one node further, by indicator.
            code: the node; with "indicator" the index where not given, with "node" all.
            area: one area only.
            period: of this result; all where not given.
            other_period: of the other one.
            scenario: of this result; all where not given.
            other_scenario: of the other one.

        Returns:
            area, area_name, period, other_period, scenario, other_scenario, code, level, score, other_score,
            difference, data, coverage, areas, weights, methods, reason_code, reason: a row an area and node that both
            have. Effects are in points; where a reason stands they are null. By indicator there are `indicator`,
            `value`, `other_value` before `score` and `other_score` (of the indicator), and `difference` is that of
            its contributions to the node.

        Raises:
            UsageError: nothing can be compared; an unknown node, area, period or scenario.

        Source: L. S. Shapley, A value for n-person games (1953); A. F. Shorrocks, Decomposition procedures for
        distributional analysis (2013).

        >>> import piikit
        >>> pillars = {"area": ["Bắc Ninh"] * 7, "code": list("1234567"), "score": [59.17, 40, 62.3, 47, 56, 28, 60]}
        >>> before = piikit.evaluate(edition="pii-2025", scores=pillars)
        >>> after = piikit.evaluate(edition="pii-2025", scores={**pillars, "score": [59.17, 40, 62.3, 47, 56, 28, 70]})
        >>> after.effects(before, code="PII").select("difference", "data", "weights").row(0)
        (2.5, 2.5, 0.0)
        """
        pick = Pick(period=period, other_period=other_period, scenario=scenario, other_scenario=other_scenario)
        chosen = None if area is None else self._frames.row_of(area, period, scenario or BASE)["area"]
        return effects(self._frames.side(), _other(other), pick, by=by, code=code, area=chosen, lang=self.lang)

    @translated
    def overtakes(
        self,
        other: Result,
        code: str | None = None,
        area: str | None = None,
        *,
        period: str | None = None,
        other_period: str | None = None,
        scenario: str | None = None,
        other_scenario: str | None = None,
    ) -> pl.DataFrame:
        """Who overtook whom between another result and this one: pairs of areas whose order changed.

        Args:
            other: the result before.
            code: the node; the index where not given.
            area: only pairs in which this area stands, on either side.
            period: of this result; all where not given.
            other_period: of the other one.
            scenario: of this result; all where not given.
            other_scenario: of the other one.

        Returns:
            code, period, other_period, scenario, other_scenario, area, area_name, overtaken, overtaken_name, kind
            ("passed": from behind to ahead; "drew_level": from behind to the same place; "pulled_ahead": from the
            same place to ahead), then rank, other_rank, score, other_score of the area, and the same of the overtaken
            one with `overtaken_` before. By rank where both areas have one, else by score; pairs whose order is not
            known are left out.

        Raises:
            UsageError: nothing can be compared; an unknown node, area, period or scenario.

        >>> import piikit
        >>> before, after = (
        ...     piikit.evaluate(edition="pii-2024", scores={"area": ["Hà Nội", "Bắc Giang"], "code": ["PII"] * 2,
        ...                                                 "rank": ranks}) for ranks in ([1, 2], [2, 1]))
        >>> after.overtakes(before).select("area_name", "overtaken_name", "kind").rows()
        [('Bắc Giang', 'Hà Nội', 'passed')]
        """
        pick = Pick(period=period, other_period=other_period, scenario=scenario, other_scenario=other_scenario)
        chosen = None if area is None else self._frames.row_of(area, period, scenario or BASE)["area"]
        return overtakes(self._frames.side(), _other(other), pick, code=code, area=chosen)

    @translated
    def follow(
        self, codes: str | Iterable[str], area: str, others: Sequence[Result] = (), scenario: str = "base"
    ) -> pl.DataFrame:
        """Nodes of one area through this result and others, by period."""
        return follow([other._frames for other in (*others, self)], area, codes, scenario=scenario, lang=self.lang)

    @overload
    def write(self, path: str | Path, *, format: str | None = ..., decimal: Decimal = ...) -> Path: ...
    @overload
    def write(self, path: IO[bytes], *, format: str | None = ..., decimal: Decimal = ...) -> None: ...
    @translated
    def write(self, path: str | Path | IO[bytes], *, format: str | None = None, decimal: Decimal = ".") -> Path | None:
        """Write the result to a file or a buffer, in the format of its suffix.

        json holds all, csv and parquet the long scores, each with a file `<name>-metadata.json` beside it that says
        what its columns are; xlsx is a workbook for people, a sheet a view. Each file is written whole or not at all.

        Args:
            path: where to; or a file that is open for bytes, such as io.BytesIO, which gets the file alone.
            format: "csv", "xlsx" and so on, in place of the suffix; needed for a buffer without a name.
            decimal: "," writes csv for people: semicolons, decimal commas, and a mark by which a spreadsheet knows
                UTF-8. Other formats hold numbers, not their digits.

        Returns:
            the path; None of a buffer.

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
        with told_in(self.lang):
            one_of("decimal", decimal, get_args(Decimal))
            place = path_of(path) if isinstance(path, str | Path) else path
            writer = self._writer(suffix_of(place, format, sorted(self._writers)), path)
            if isinstance(place, Path):
                return write_together(files_of(writer, self, place, decimal))
            return put(place, rendered(writer, self, decimal, type(path).__name__))

    def _writer(self, suffix: str, place: Any) -> Writer:
        writer = self._writers.get(suffix)
        if writer is None:
            file = str(place) if isinstance(place, str | Path) else type(place).__name__
            raise UsageError("no_writer", file=file, suffix=repr(suffix), known=sorted(self._writers))
        return writer

    @overload
    def report(
        self,
        path: str | Path,
        kind: ReportKind = ...,
        *,
        agency: str | None = ...,
        on: date | str | None = ...,
        progress: TableLike | None = ...,
        letterhead: Mapping[str, Any] | str | Path | None = ...,
    ) -> Path: ...
    @overload
    def report(
        self,
        path: IO[bytes],
        kind: ReportKind = ...,
        *,
        agency: str | None = ...,
        on: date | str | None = ...,
        progress: TableLike | None = ...,
        letterhead: Mapping[str, Any] | str | Path | None = ...,
    ) -> None: ...
    def report(
        self,
        path: str | Path | IO[bytes],
        kind: ReportKind = "province",
        *,
        agency: str | None = None,
        on: date | str | None = None,
        progress: TableLike | None = None,
        letterhead: Mapping[str, Any] | str | Path | None = None,
    ) -> Path | None:
        """Write a report on a result and its plan as a document of Word, in the result's language.

        Every sentence and figure is read off the result's frames; what they do not hold is left as dots, to be filled
        by hand. Of several periods the last one is reported, of scenarios the base. The warnings of the edition stand
        in a frame before the first part, the record at the end.

        Args:
            path: the file to write, .docx, whole or not at all; or a file that is open for bytes.
            kind: "province", to the province after publication; "ministry", to the Ministry at regular times; "agency",
                of one agency on its part.
            agency: the id of the agency, for the kind "agency".
            on: the day on which tasks stand and agencies bear their names; the last day of the period where not given.
            progress: of tasks, as in `Result.tasks`.
            letterhead: who writes, number and date, who signs, who gets it: a mapping or a JSON file as in
                `schemas/letterhead.schema.json`. What is absent is left as dots.

        Returns:
            the path, None of an open file. The same result and arguments give the same bytes on the same machine.

        Raises:
            UsageError: no plan, an unknown kind, agency or day, another ending of the file's name, or a place that
                cannot be written to.
            DocumentError: a faulty letterhead.
            InputError: a faulty table of progress.
            MissingExtraError: the extra `report` is not installed.

        Source of the layout: Decree 30/2020/NĐ-CP, Appendix I.

        >>> import piikit
        >>> plan = {"id": "p", "title": {"vi": "Kế hoạch thử", "en": "Trial plan"}, "area": "24", "areas": "vn-63",
        ...         "edition": "pii-2024", "sources": ["invented"], "targets": [{"id": "t", "node": "PII",
        ...         "conditions": [{"metric": "rank", "is": "at_most", "value": 10}]}]}
        >>> result = piikit.evaluate(edition="pii-2024", plan=plan, scores=[{"area": "24", "code": "PII", "rank": 10}])
        >>> result.report("report.docx").name
        'report.docx'
        """
        with told_in(self.lang):
            place = path_of(path) if isinstance(path, str | Path) else path
            if isinstance(place, Path) and place.suffix.lower() != ".docx":
                raise UsageError("report_suffix", file=str(path), suffix=repr(place.suffix))
            options = {"agency": agency, "on": on, "progress": progress, "letterhead": letterhead}
            return put(place, self._writer(".docx", path).render(self, kind, **options))

    def replay(
        self,
        edition: EditionLike | None = None,
        *,
        plan: PlanLike | None = None,
        baseline: Result | None = None,
        scenarios: ScenariosLike | None = None,
        on_findings: OnFindings | None = None,
        lang: Lang | None = None,
    ) -> Result:
        """The inputs of a result evaluated again, with another edition, an overlay or other options.

        Nothing is read a second time: the checked table that the result keeps is used. With the same edition and
        options the same figures and the same record come out. `result.compare(result.replay(…))` lays the two side by
        side.

        Args:
            edition: as for `evaluate`; the result's own where not given. A mapping may extend the result's edition,
                which need not be installed: `{"id": "panel", "extends": result.edition.id, "defaults": {"cohort":
                "panel"}}`.
            plan: as for `evaluate`; that of the result where not given.
            baseline: as for `evaluate`; that of the result where not given.
            scenarios: as for `evaluate`; those of the result where not given, `()` for none.
            on_findings: as for `evaluate`; that of the result where not given.
            lang: "vi" or "en"; that of the result where not given.

        Raises:
            InputError: the other edition needs items that were left out when the data were read
                (`replay_without_item`), or has other errors to say of the data; all are named.
            DocumentError: a faulty edition, plan or scenario; a scenario that names what the other edition does not
            have. UsageError: editions on different lists of areas, or a wrong argument.

        >>> import piikit
        >>> result = piikit.evaluate(piikit.sample(), "pii-2024")
        >>> result.replay().record["id"] == result.record["id"]
        True
        >>> heavy = result.replay(result.weights({"OUT": 3}).overlay("outputs-first"))
        >>> heavy.compare(result).filter(code="PII", area="24").select("rank", "other_rank").row(0)
        (45, 38)
        """
        assert self._replay is not None  # an engine makes every result
        return self._replay(
            self, edition, plan=plan, baseline=baseline, scenarios=scenarios, on_findings=on_findings, lang=lang
        )

    def summary(self) -> str:
        """The result in a few lines: the edition and its warnings first, then the first areas by rank."""
        words = messages(self.lang)
        lines = [f"{self.edition.id} · {words.of(self.edition.title)}"]
        lines += [f"! {item.line(self.lang)}" for item in self.all_findings if item.code in FIRST]
        root = self.edition.root
        base = (
            self._frames.wide.filter(pl.col("scenario") == BASE)
            if self._frames.what_if is not None
            else self._frames.wide
        )
        best = base.sort(rank_column(root), nulls_last=True, maintain_order=True).head(10)
        for rank, name, period, score in best.select(
            rank_column(root), "area_name", "period", score_column(root)
        ).rows():
            place = "–" if rank is None else rank
            lines.append(f"{place:>4}  {name} ({period})  {number(score, self.lang, self.edition.display_decimals)}")
        counts = self.all_findings.counts()
        lines.append(words.text("label.findings", **counts))
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.summary()

    def __repr__(self) -> str:
        return f"<Result {self.edition.id}: {self._frames.wide.height} rows x {len(self.edition.nodes)} nodes>"

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(self.summary())}</pre>"


def frames_of(result: Result) -> Frames:
    """What a result rests on, for the rooms that read more than its public face; no user needs it."""
    return result._frames


def _other(other: Any) -> Side:
    if not isinstance(other, Result):
        raise UsageError(f"the other one must be a Result of evaluate, not {type(other).__name__}")
    return other._frames.side()

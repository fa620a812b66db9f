"""An engine: the plugins of one use of piikit, and what can be asked of it."""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

import polars as pl
from attrs import evolve

from piikit import registry
from piikit.files.pieces import PIECE
from piikit.files.read import TableLike
from piikit.findings.errors import DocumentError, InputError, UsageError, told_in
from piikit.findings.finding import Findings
from piikit.findings.messages import Lang, Phrase, messages
from piikit.findings.severities import ON_FINDINGS, OnFindings, Severity, apply_policy, checked
from piikit.findings.unknown import language, one_of, unknown
from piikit.framework.areas import AreaList, area_list
from piikit.framework.build.edition_builder import build_edition
from piikit.framework.build.edition_cache import Remembered
from piikit.framework.catalogue import Catalogue
from piikit.framework.documents import Json, read
from piikit.framework.edition import Edition, EditionLike, describe
from piikit.inputs import Table, assemble
from piikit.inputs.checks.consistency import cleared
from piikit.inputs.coinr import CoinrProject, from_coinr
from piikit.inputs.mergers import Merged, RuleLike, edition_on, merge, overlay_on
from piikit.inputs.replay import replayed
from piikit.plans.plan import Plan, PlanLike, build_plan, with_edition
from piikit.registry.missing_names import absent, with_causes
from piikit.result import Result, frames_of
from piikit.results.frames import Frames
from piikit.results.writers import Writer
from piikit.scoring.large_files import Streamed, stream, stream_check, too_large
from piikit.scoring.pipeline import run, unsound_values
from piikit.scoring.scenarios import ScenariosLike, WhatIfRun, scenarios_of, what_if


class Engine:
    """The plugins of one use of piikit. Nothing is shared between engines; threads may share one.

    Args:
        plugins: plugin modules or objects beside the installed ones.
        block: names of plugins to leave out.
        only: names of the plugins to use. Where neither is given, the environment variables `PIIKIT_BLOCK` and
            `PIIKIT_ONLY` are asked, names separated by commas.
        strict: raise where a plugin fails, instead of listing it as failed. Installed plugins are loaded when something
            is first asked of the engine; with `strict`, and where `plugins` are given, at once.
        lang: "vi" or "en", of messages, reasons and labels where a call names none.
        policy: the severity of findings by their code: "error", "warning", "info" or "ignore". Errors about keys and
            about cells that cannot be used go no lower than "warning", for what they name is not used either way.

    Raises:
        UsageError: an unknown name in `block`, `only` or `policy`, or a severity that a code cannot have.
        PluginError: a plugin failed, and `strict` is set.

    >>> engine = Engine()
    >>> engine.edition("pii-2024").root
    'PII'
    >>> strict = Engine(policy={"absent_area": "error", "unknown_column": "ignore"})
    >>> found = strict.check({"area": ["Hà Nội"], "hdi": [0.8], "remark": ["new"]}, "pii-2024")
    >>> found.filter(pl.col("severity") == "error")["code"].unique().to_list(), "unknown_column" in found["code"]
    (['absent_area'], False)
    """

    __module__ = "piikit"

    def __init__(
        self,
        plugins: Iterable[Any] = (),
        *,
        block: Iterable[str] | None = None,
        only: Iterable[str] | None = None,
        strict: bool = False,
        policy: Mapping[str, Severity] | None = None,
        lang: Lang = "en",
    ) -> None:
        self.lang = language(lang)
        handed_in = tuple(plugins)
        every = registry.candidates(handed_in)
        blocked = registry.left_out((c.name for c in every), block=block, only=only, environment=os.environ)
        self._load = functools.cache(functools.partial(registry.load, every, blocked, strict=strict))
        self._loading = threading.RLock()
        if strict or handed_in:  # what is handed in counts as it is now
            self._load()
        self.policy: Mapping[str, str] = checked(policy, self._codes()) if policy else {}
        self._editions: dict[str, Edition] = {}
        self._plans: dict[str, Plan] = {}
        self._remembered = Remembered()

    @property
    def _registry(self) -> registry.Registry:
        with self._loading:  # the first thread that asks loads the plugins, the others wait for it
            return self._load()

    @property
    def catalogue(self) -> Catalogue:
        """Everything that documents may refer to."""
        return self._registry.catalogue

    @property
    def writers(self) -> Mapping[str, Writer]:
        """How results become files, by suffix."""
        return self._registry.writers

    def _codes(self) -> list[str]:
        """Every code that a finding may have: those of the catalogue of texts, and those of plugins' checks."""
        own = [key.split(".")[1] for key in messages("en").texts if key.startswith("finding.")]
        return [*dict.fromkeys(own), *self.catalogue.checks]

    # -- what there is -------------------------------------------------------------------------------------------

    def edition(self, edition: EditionLike, *, lang: Lang | None = None) -> Edition:
        """An edition by id, path, mapping, or itself.

        Raises:
            UsageError: no such edition or file.
            DocumentError: a faulty document, with every fault.
        """
        lang = self.lang if lang is None else language(lang)
        if isinstance(edition, Edition):
            return edition
        if isinstance(edition, str) and edition in self.catalogue.editions:
            if edition not in self._editions:
                self._editions[edition] = self._built(self.catalogue.editions[edition], lang)
            return self._editions[edition]
        document = self._document(edition, "edition", lang)
        return self._remembered.edition(document, functools.partial(self._built, lang=lang))

    def _built(self, document: Json, lang: Lang) -> Edition:
        try:
            return build_edition(document, self.catalogue, lang=lang)
        except DocumentError as error:
            # What it asks for may be a plugin's that failed: then the error says which, and why.
            raise with_causes(error, self._registry.plugins) from None

    def plan(self, plan: PlanLike, *, beside: Edition | None = None, lang: Lang | None = None) -> Plan:
        """A plan by id, path, mapping, or itself.

        Args:
            plan: the plan.
            beside: an edition that it may name although that is not installed.
            lang: the language of errors.

        Raises:
            UsageError: no such plan or file.
            DocumentError: a faulty document, with every fault.
        """
        lang = self.lang if lang is None else language(lang)
        if isinstance(plan, Plan):
            return plan
        known = isinstance(plan, str) and plan in self.catalogue.plans
        if known and plan in self._plans:
            return self._plans[str(plan)]
        document = self._document(plan, "plan", lang)
        wanted = document.get("edition")
        edition = self.edition(str(wanted), lang=lang) if wanted in self.catalogue.editions else None
        built = build_plan(document, with_edition(beside, self.catalogue), edition=edition, lang=lang)
        if known:
            self._plans[str(plan)] = built
        return built

    def _document(self, what: Any, kind: Literal["edition", "plan"], lang: Lang) -> Json:
        known = self.catalogue.editions if kind == "edition" else self.catalogue.plans
        if isinstance(what, Mapping):
            return dict(what)
        if isinstance(what, str) and what in known:
            return dict(known[what])
        if isinstance(what, Path) or (isinstance(what, str) and (what.endswith(".json") or "/" in what)):
            return read(what, lang=lang)
        if not isinstance(what, str):
            raise UsageError("no_document", kind=Phrase(f"kind.{kind}"), given=type(what).__name__)
        raise unknown(kind, what, sorted(known), absent=absent(f"{kind}s", what, self._registry.plugins))

    def editions(self) -> pl.DataFrame:
        """The installed editions: id, status, period, title_vi, title_en, areas, n_areas, n_indicators, n_nodes.

        The status is "faulty" where a document cannot be loaded.
        """
        rows = []
        for name in sorted(self.catalogue.editions):
            try:
                row = describe(self.edition(name))
            except DocumentError:
                # One plugin's faulty document must not hide the others; `edition(id)` says what is wrong with it.
                row = {"id": name, "status": "faulty", "title": {}}
            title = row.pop("title")
            rows.append({**row, "title_vi": title.get("vi"), "title_en": title.get("en")})
        counts = dict.fromkeys(("n_areas", "n_indicators", "n_nodes"), pl.Int64)
        return pl.DataFrame(
            rows,
            schema={
                "id": pl.String,
                "status": pl.String,
                "period": pl.String,
                "title_vi": pl.String,
                "title_en": pl.String,
                "areas": pl.String,
                **counts,
            },
        )

    def area_list(self, id: str) -> AreaList:
        """A list of areas by id.

        Raises:
            UsageError: no such list.

        >>> Engine().area_list("vn-34").get("TP HCM").name
        'Hồ Chí Minh'
        """
        known = self.catalogue.areas
        if id not in known:
            raise unknown("area_list", id, sorted(known))
        return known[id]

    def edition_on(
        self, edition: EditionLike, areas: str | Mapping[str, Any] | AreaList, *, lang: Lang | None = None
    ) -> Edition:
        """An edition on another list of areas; see `piikit.edition_on`."""
        lang = self.lang if lang is None else language(lang)
        return edition_on(self.edition(edition, lang=lang), self._list(areas, lang), self.catalogue, lang=lang)

    def _list(
        self, areas: str | Mapping[str, Any] | AreaList, lang: Lang, *, before: AreaList | None = None
    ) -> AreaList:
        if isinstance(areas, AreaList):
            return areas
        return self.area_list(areas) if isinstance(areas, str) else area_list(dict(areas), before=before, lang=lang)

    def area_lists(self) -> pl.DataFrame:
        """The lists of areas: id, title_vi, title_en, n_areas, valid_from, valid_to, predecessor, successor."""
        terms = ("valid_from", "valid_to", "predecessor", "successor")
        rows = [
            {
                "id": name,
                "title_vi": areas.title.get("vi"),
                "title_en": areas.title.get("en"),
                "n_areas": len(areas),
                **{term: areas.document.get(term) for term in terms},
            }
            for name, areas in sorted(self.catalogue.areas.items())
        ]
        texts = dict.fromkeys(("id", "title_vi", "title_en"), pl.String)
        return pl.DataFrame(rows, schema={**texts, "n_areas": pl.Int64, **dict.fromkeys(terms, pl.String)})

    def plugins(self, *, lang: Lang | None = None) -> pl.DataFrame:
        """The plugins: name, version, distribution, state, provides, cause, warnings.

        The state is "loaded", "failed" (then `cause` says why, in one line) or "blocked".
        """
        words = messages(self.lang if lang is None else language(lang))
        rows = [
            {
                "name": p.name,
                "version": p.version,
                "distribution": p.distribution,
                "state": p.state,
                "provides": [f"{kind}:{name}" for kind, names in p.provides.items() for name in names],
                "cause": words.of(p.cause) or None,
                "warnings": [words.show(text) for text in p.warnings],
            }
            for p in self._registry.plugins
        ]
        return pl.DataFrame(
            rows,
            schema={
                "name": pl.String,
                "version": pl.String,
                "distribution": pl.String,
                "state": pl.String,
                "provides": pl.List(pl.String),
                "cause": pl.String,
                "warnings": pl.List(pl.String),
            },
        )

    # -- what it does --------------------------------------------------------------------------------------------

    def check(
        self,
        data: TableLike | None,
        edition: EditionLike,
        *,
        scores: TableLike | None = None,
        bounds: TableLike | None = None,
        lang: Lang | None = None,
    ) -> pl.DataFrame:
        """Every finding on the data, without evaluating them; columns as `Result.findings`."""
        lang = self.lang if lang is None else language(lang)
        return self.findings(data, edition, scores=scores, bounds=bounds, lang=lang).frame(lang)

    def findings(
        self,
        data: TableLike | None,
        edition: EditionLike,
        *,
        scores: TableLike | None = None,
        bounds: TableLike | None = None,
        lang: Lang | None = None,
    ) -> Findings:
        """What `check` finds, as findings that can be grouped and counted."""
        lang = self.lang if lang is None else language(lang)
        _check_given(data, scores)
        framework = self.edition(edition, lang=lang)
        with told_in(lang):
            if too_large(data):
                if scores is not None:
                    raise UsageError("scores_beside_pieces", file=str(data))
                return stream_check(data, framework, self.catalogue, bounds=bounds, policy=self.policy)
            table = assemble(data, framework, self.catalogue, scores=scores, bounds=bounds)
        found = (*framework.notices(), *table.findings, *unsound_values(table, framework))
        return apply_policy(found, self.policy).sorted()

    def evaluate(
        self,
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
    ) -> Result:
        """Scores, ranks and attained targets; see `piikit.evaluate`."""
        lang = self.lang if lang is None else language(lang)
        _check_given(data, scores)
        on_findings = one_of("on_findings", on_findings, ON_FINDINGS)
        if edition is None:
            raise UsageError("no_edition", known=sorted(self.catalogue.editions))
        laid = scenarios_of(scenarios, lang=lang)
        if baseline is not None and not isinstance(baseline, Result):
            raise UsageError("no_result", name="baseline", given=type(baseline).__name__)
        framework = self.edition(edition, lang=lang)
        wanted = self.plan(plan, beside=framework, lang=lang) if plan is not None else None
        with told_in(lang):
            table = assemble(data, framework, self.catalogue, scores=scores, bounds=bounds)
        return self._judged(table, framework, wanted, baseline, laid, on_findings, lang)

    def replay(
        self,
        result: Result,
        edition: EditionLike | None = None,
        *,
        plan: PlanLike | None = None,
        baseline: Result | None = None,
        scenarios: ScenariosLike | None = None,
        on_findings: OnFindings | None = None,
        lang: Lang | None = None,
    ) -> Result:
        """The inputs of a result evaluated again, with another edition or other options; see `Result.replay`."""
        if not isinstance(result, Result):
            raise UsageError("no_result", name="result", given=type(result).__name__)
        kept = frames_of(result)
        spoken = result.lang if lang is None else language(lang)
        errors: OnFindings = kept.options.get("on_findings", "raise") if on_findings is None else on_findings
        errors = one_of("on_findings", errors, ON_FINDINGS)
        framework = result.edition
        if isinstance(edition, Mapping):
            # An overlay may build on the edition of the result itself, which need not be installed.
            known = {**self.catalogue.editions, framework.id: framework.document}
            framework = build_edition(dict(edition), evolve(self.catalogue, editions=known), lang=spoken)
        elif edition is not None:
            framework = self.edition(edition, lang=spoken)
        if scenarios is None:
            scenarios = kept.what_if.scenarios if kept.what_if is not None else ()
        wanted = self.plan(plan, lang=spoken) if plan is not None else result.plan
        before = result.baseline if baseline is None else baseline
        assert before is None or isinstance(before, Result)
        table = replayed(kept.inputs, result.edition, framework, self.catalogue)
        laid = scenarios_of(scenarios, lang=spoken)
        return self._judged(table, framework, wanted, before, laid, errors, spoken)

    def _judged(
        self,
        table: Table,
        framework: Edition,
        wanted: Plan | None,
        baseline: Result | None,
        laid: Any,
        on_findings: str,
        lang: Lang,
    ) -> Result:
        """The result of checked inputs."""
        table, wide, found = self._run(table, framework, on_findings, lang)
        tried = None
        if laid:
            tried = what_if(laid, table, framework, self.catalogue, wide, lang=lang)
            wide, own = tried.wide, apply_policy(tried.found, self.policy)
            if on_findings == "raise" and own.errors:
                _raise(own.errors, framework, lang)
            found += own
        options: dict[str, Any] = {"on_findings": on_findings}
        if self.policy:
            options["policy"] = dict(self.policy)
        frames = Frames(
            edition=framework,
            wide=wide,
            inputs=table,
            found=found,
            plan=wanted,
            baseline=frames_of(baseline) if baseline is not None else None,
            options=options,
            plugins=self._used(framework, wanted, found, tried),
            lang=lang,
            what_if=tried,
        )
        result = Result(frames=frames, writers=self.writers, before=baseline, replay=self.replay)
        if on_findings == "raise" and "error" in self.policy.values():
            # What is found after the computation stops it only where the caller made an error of it.
            errors = apply_policy(result.all_findings, self.policy).errors
            if errors:
                _raise(errors, framework, lang)
        return result

    def merge_areas(
        self,
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
    ) -> Merged:
        """Data of former areas on the areas that took them in; see `piikit.merge_areas`."""
        lang = self.lang if lang is None else language(lang)
        on_findings = one_of("on_findings", on_findings, ON_FINDINGS)
        framework = self.edition(edition, lang=lang)
        reading = framework if former is None else self.edition_on(framework, self._list(former, lang), lang=lang)
        if reading.areas is None:
            raise UsageError("no_areas_to_merge", edition=framework.id)
        current = self._list(to, lang, before=reading.areas)
        target = edition_on(framework, current, self.catalogue, lang=lang)
        merged = merge(
            data,
            reading=reading,
            target=target,
            catalogue=self.catalogue,
            rules=rules or {},
            weights=weights,
            before=before,
            partial=partial,
            policy=self.policy,
            on_findings=on_findings,
            lang=lang,
        )
        document = target.document if target is framework else overlay_on(framework, current, self.catalogue)
        return evolve(merged, document=document)

    def from_coinr(
        self,
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
    ) -> CoinrProject:
        """A project of the R package COINr as data and an edition document; see `piikit.from_coinr`."""
        lang = self.lang if lang is None else language(lang)
        methods = {"impute": impute, "treat": treat, "normalise": normalise, "aggregate": aggregate}
        with told_in(lang):
            project = from_coinr(
                iData, iMeta, id=id, period=period, title=title, index=index, methods=methods, lang=lang
            )
        # What the two tables do not show, methods and circles in the tree, the edition does.
        self.edition(project.edition, lang=lang)
        return evolve(project, found=apply_policy(project.found, self.policy).sorted())

    def stream(
        self,
        path: str | Path,
        edition: EditionLike,
        *,
        to: str | Path,
        bounds: TableLike | None = None,
        on_findings: OnFindings = "raise",
        piece: int = PIECE,
        scratch: str | Path | None = None,
        lang: Lang | None = None,
    ) -> Streamed:
        """Scores and ranks of a file that does not fit into memory; see `piikit.stream`."""
        lang = self.lang if lang is None else language(lang)
        on_findings = one_of("on_findings", on_findings, ON_FINDINGS)
        framework = self.edition(edition, lang=lang)
        with told_in(lang):
            return stream(
                path,
                framework,
                self.catalogue,
                to=to,
                bounds=bounds,
                on_findings=on_findings,
                policy=self.policy,
                plugins=lambda found: self._used(framework, None, Findings(found)),
                piece=piece,
                scratch=scratch,
                lang=lang,
            )

    def _run(
        self, table: Table, edition: Edition, on_findings: str, lang: Lang
    ) -> tuple[Table, pl.DataFrame, Findings]:
        found = apply_policy(table.findings, self.policy)
        if found.errors:
            if on_findings == "raise":
                also = apply_policy(unsound_values(table, edition), self.policy)
                _raise([*found.errors, *also.errors], edition, lang)
            table = evolve(table, frame=cleared(table.frame, found))
        wide = run(table, edition)
        unsound = apply_policy(unsound_values(table, edition, wide), self.policy)
        if unsound:
            if on_findings == "raise" and unsound.errors:
                _raise(unsound.errors, edition, lang)
            wide = run(table, edition, guarded=True)
        return table, wide, found + unsound

    def _used(
        self, edition: Edition, plan: Plan | None, found: Findings, tried: WhatIfRun | None = None
    ) -> dict[str, str]:
        """Name and version of each plugin that the result rests on; the others leave its record as it is."""
        editions = [part.edition for part in tried.parts] if tried is not None else [edition]
        nodes = [node for own in editions for node in own.nodes.values()]
        needed: dict[str, set[str | None]] = {
            "indicators": {node.indicator.code for node in nodes if node.indicator},
            "methods": {
                use.name for node in nodes for use in (node.normalise, node.aggregate, node.treat, node.impute) if use
            },
            "editions": {edition.id, edition.document.get("base")},
            "plans": {plan.id} if plan else set(),
            "checks": {item.code for item in found},
        }
        return {
            plugin.name: plugin.version
            for plugin in self._registry.plugins
            if any(needed.get(kind, set()) & set(names) for kind, names in plugin.provides.items())
        }


def _check_given(data: Any, scores: Any) -> None:
    if data is None and scores is None:
        raise UsageError("no_data")


def _raise(found: Iterable[Any], edition: Edition, lang: Lang) -> None:
    raise InputError(Findings(found), title=Phrase("usage.bad_data", edition=edition.id), lang=lang)


@functools.cache
def default_engine() -> Engine:
    """The engine that `piikit.evaluate` and its like use, made on first use."""
    return Engine()

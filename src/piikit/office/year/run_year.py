"""`piikit.office.run_year`: the folder of a year."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from piikit.engine import Engine, default_engine
from piikit.findings.messages import Lang
from piikit.findings.paths import path_of
from piikit.office.forms.progress import Tell
from piikit.office.year.outcome import YearRun
from piikit.office.year.parts import built_in
from piikit.office.year.run import run
from piikit.plans.progress import day_asked


def run_year(
    folder: str | Path,
    *,
    on: date | str,
    edition: str | None = None,
    plan: str | None = None,
    period: str | None = None,
    due: str | None = None,
    lang: Lang | None = None,
    engine: Engine | None = None,
    tell: Tell | None = None,
) -> YearRun:
    """Do in a folder what can be done of the year's work; run it again whenever something came in.

    The first run writes `year.json`, the subfolders and the forms. Each later run reads what came back, merges it,
    evaluates, judges the plan, writes results and reports, and says what to do next. A step whose inputs have not
    changed is skipped. Where a run was interrupted, the next one goes on. A file that somebody changed is never
    overwritten: the new version is put beside it. A file that piikit did not write is never touched.

    Args:
        folder: the folder of the year; made where it is not there.
        on: the day of the run: what is late on it, and the date of the reports.
        edition: id of an installed edition, or the path of a document, below the folder or whole; the plan's own where
            not given. It and the options below belong to the first run; later ones take them from `year.json`.
        plan: id of an installed plan, or a path likewise; the only installed plan where not given.
        period: the period of the figures; that of the edition where not given.
        due: the day on which forms are due, as 2024-11-30.
        lang: "vi" or "en", of everything in the folder; "vi" where not given.
        engine: the engine to use; the default one knows all installed plugins.
        tell: called with what is being done, how much of it is done, and how much there is.

    Returns:
        what was done: `steps` (step, status, files, reason), `next` (what to do next), `written`, `beside`, `failed`.

    Raises:
        UsageError: another run is at work in the folder, options that contradict `year.json`, an unknown plan or
            edition, a folder that cannot be written to.
        DocumentError: a faulty `year.json`, edition or plan, with every fault.

    >>> import json, tempfile
    >>> plan = {"id": "p", "title": {"vi": "Thử", "en": "Trial"}, "area": "24", "areas": "vn-63", "sources": ["-"],
    ...         "edition": "pii-2024", "agencies": [{"id": "science", "name": {"vi": "Sở KH&CN", "en": "Science"},
    ...         "duties": [{"role": "lead", "nodes": ["6.2.1"]}]}],
    ...         "targets": [{"id": "t", "node": "PII", "conditions": [
    ...         {"metric": "rank", "is": "at_most", "value": 10}]}]}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    ...     first = run_year(folder, on="2024-10-01", plan="plan.json", lang="en")
    ...     again = run_year(folder, on="2024-10-01")
    >>> first.steps.filter(step="forms")["files"].to_list()
    [['1-forms/p_pii-2024_science.xlsx']]
    >>> again.steps.select("step", "status").rows()[:3]
    [('folders', 'skipped'), ('forms', 'skipped'), ('collect', 'waiting')]
    """
    asked = {"edition": edition, "plan": plan, "period": period, "due": due, "lang": lang}
    engine = engine or default_engine()
    here = path_of(folder, lang or engine.lang)
    return run(here, asked, on=day_asked(on), parts=built_in(), engine=engine, tell=tell)

"""What a run of a year did, and what is to be done next."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from attrs import field, frozen

from piikit.findings.messages import Lang

SCHEMA = {"step": pl.String(), "status": pl.String(), "files": pl.List(pl.String()), "reason": pl.String()}


@frozen(kw_only=True)
class StepReport:
    """How one step went: "done", "skipped" (nothing changed), "waiting" or "failed"."""

    step: str
    status: str
    files: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    reason: str | None = None


@frozen(kw_only=True)
class YearRun:
    """What a run in the folder of a year did.

    Attributes:
        folder: the folder.
        lang: the language of its texts.
        warnings: what stands before everything else, such as that the edition is a reconstruction.
        told: how each step went.
        next: what to do next, a sentence each, the most urgent first.

    >>> run = YearRun(folder=Path("2024"), lang="en", told=(StepReport(step="forms", status="skipped"),))
    >>> run.steps.rows(), run.failed
    ([('forms', 'skipped', [], None)], False)
    """

    __module__ = "piikit.office"

    folder: Path
    lang: Lang
    warnings: tuple[str, ...] = ()
    told: tuple[StepReport, ...] = field(default=(), repr=False)
    next: tuple[str, ...] = ()

    @property
    def steps(self) -> pl.DataFrame:
        """A row a step: step, status, files (written by this run), reason."""
        rows = [{"step": t.step, "status": t.status, "files": list(t.files), "reason": t.reason} for t in self.told]
        return pl.DataFrame(rows, schema=SCHEMA)

    @property
    def failed(self) -> bool:
        """Whether a step could not be carried out."""
        return any(told.status == "failed" for told in self.told)

    @property
    def written(self) -> tuple[Path, ...]:
        """The files that this run wrote."""
        return tuple(self.folder / name for told in self.told for name in told.files)

    @property
    def beside(self) -> tuple[Path, ...]:
        """New versions that stand beside files which somebody changed."""
        return tuple(self.folder / name for told in self.told for name in told.beside)

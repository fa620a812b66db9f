"""One run in the folder of a year: what it works with, read when first asked for."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from attrs import define, field, frozen

from piikit.engine import Engine
from piikit.files.folder import FORMATS, TEMPORARY
from piikit.findings.dates import last_day
from piikit.findings.errors import InputError, UsageError
from piikit.findings.finding import FIRST
from piikit.findings.messages import Lang, Messages, messages
from piikit.framework.documents import Json, digest
from piikit.framework.edition import Edition
from piikit.office.forms.progress import Tell, silent
from piikit.office.year.file_names import PLACES, Places
from piikit.office.year.settings import Settings
from piikit.office.year.state import State, file_hash
from piikit.plans.plan import Plan
from piikit.result import Result


@frozen(kw_only=True)
class Parts:
    """What a year is put together from: functions as `write_forms`, `collect`, `report` of the office."""

    write_forms: Callable[..., list[Path]]
    collect: Callable[..., Any]
    report: Callable[..., Path]


@define(kw_only=True, slots=False)
class Work:
    """A run: the folder, what it is about, and the tables and results that several steps need.

    Attributes:
        on: the day of the run.
        scratch: where files are made before they go to their place.
        state: what earlier runs did; the only thing that changes.
    """

    folder: Path
    settings: Settings
    engine: Engine
    edition: Edition
    plan: Plan
    on: date
    scratch: Path
    parts: Parts
    state: State
    tell: Tell = field(default=silent)

    @property
    def lang(self) -> Lang:
        """The language of the folder."""
        return self.settings.lang

    @property
    def words(self) -> Messages:
        """The texts of the folder's language."""
        return messages(self.lang)

    @property
    def places(self) -> Places:
        """What folders and files are called."""
        return PLACES[self.lang]

    @property
    def period(self) -> str:
        """The period that figures are asked for."""
        return self.settings.period or self.edition.period

    @property
    def due(self) -> date | None:
        """The day on which forms are due."""
        return last_day(self.settings.due) if self.settings.due else None

    @functools.cached_property
    def versions(self) -> Json:
        """The plugins and their versions: another version may give other files."""
        frame = self.engine.plugins().filter(pl.col("state") == "loaded")
        return dict(frame.select("name", "version").iter_rows())

    @property
    def evidence(self) -> Path:
        """The folder of evidence."""
        return self.folder / self.places.figures / self.places.evidence

    # -- files that somebody put there -----------------------------------------------------------------------------

    def table(self, name: str) -> Path | None:
        """The file of a kind: the one that the settings name, or that of its name among the figures.

        Raises:
            UsageError: the settings name a file that is not there, or several files bear the name.
        """
        named = self.settings.tables.get(name)
        return self._file(named, getattr(self.places, name))

    def baseline_file(self, name: str) -> Path | None:
        """The data ("data") or published scores ("scores") of the baseline, likewise."""
        stem = {"data": self.places.last, "scores": self.places.baseline}[name]
        return self._file(getattr(self.settings.baseline, name), stem)

    def _file(self, named: str | None, stem: str) -> Path | None:
        if named is not None:
            path = self.folder / named  # an absolute path stays what it is
            if not path.exists():
                raise UsageError(self.words.text("year.no_file", path=path))
            return path
        inside = self.folder / self.places.figures
        found = [
            path
            for path in (sorted(inside.iterdir()) if inside.is_dir() else ())
            if path.is_file() and path.stem == stem and path.suffix.lower() in FORMATS
        ]
        if len(found) > 1:
            raise UsageError(self.words.text("year.two_files", names=[path.name for path in found]))
        return found[0] if found else None

    @functools.cached_property
    def returned(self) -> dict[str, str]:
        """The files that came back, by name below their folder, with their hashes and the days they are of."""
        inside = self.folder / self.places.returned
        return {
            path.relative_to(inside).as_posix(): f"{file_hash(path)} {_day(path)}"
            for path in sorted(inside.rglob("*"))
            if path.is_file() and not path.name.startswith(TEMPORARY)
        }

    def hashes(self, *names: str) -> dict[str, str | None]:
        """The hashes of files of these kinds, None where there is none."""
        return {name: file_hash(path) if (path := self.table(name)) else None for name in names}

    def about(self) -> Json:
        """What every step depends on."""
        return {
            "edition": digest(dict(self.edition.document)),
            "plan": digest(self.plan.document),
            "versions": self.versions,
            "lang": self.lang,
            "period": self.period,
            "due": self.settings.due,
        }

    # -- what is computed from them ------------------------------------------------------------------------------

    def fact(self, step: str, inputs: Json, name: str) -> Any:
        """What a step above said of these very inputs; None where it was not carried out with them."""
        done = self.state.steps.get(step)
        return done.facts.get(name) if done is not None and done.inputs == digest(inputs) else None

    @functools.cached_property
    def collected(self) -> Any:
        """The forms that came back, read."""
        return self.parts.collect(
            self.folder / self.places.returned,
            self.edition,
            self.plan,
            decisions=self.table("decisions"),
            evidence=self.evidence,
            due=self.due,
            on=self.on,
            last=self.table("last"),
            lang=self.lang,
            engine=self.engine,
        )

    @functools.cached_property
    def own(self) -> Path | None:
        """The merged table as a file; None where nothing came back, or it is not sound and nobody told to go on."""
        if not self.returned:
            return None
        sound = "error" not in self.collected.findings["severity"]
        if not self.collected.accepted.height or not (sound or self.settings.on_findings == "keep"):
            return None
        path = self.scratch / "own" / self.places.accepted
        path.parent.mkdir(parents=True, exist_ok=True)
        return self.write_collected(path)

    def write_collected(self, path: Path) -> Path:
        """Write the merged table; with errors only where the settings say to keep what is sound."""
        force = self.settings.on_findings == "keep"
        return Path(self.collected.write(path, force=True) if force else self.collected.write(path))

    @functools.cached_property
    def baseline(self) -> Result | None:
        """What targets are measured from; None where there are no figures of it."""
        edition = self.settings.baseline.edition or self.plan.baseline
        data, scores = self.baseline_file("data"), self.baseline_file("scores")
        if edition is None or (data is None and scores is None):
            return None
        return self.engine.evaluate(
            data,
            self._document(edition),
            scores=scores,
            on_findings=self.settings.on_findings,  # type: ignore[arg-type]
            lang=self.lang,
        )

    def _document(self, name: str) -> str | Path:
        """An id, or the path of a document below the folder."""
        return document_of(self.folder, name)

    @functools.cached_property
    def evaluated(self) -> Result | InputError | None:
        """The result; the error where the figures hold errors; None where there are no figures at all."""
        others, published, bounds = (self.table(name) for name in ("others", "published", "bounds"))
        data = [str(path) for path in (self.own, others) if path is not None]
        if not data and published is None:
            return None
        try:
            return self.engine.evaluate(
                data or None,
                self.edition,
                scores=published,
                bounds=bounds,
                plan=self.plan,
                baseline=self.baseline,
                on_findings=self.settings.on_findings,  # type: ignore[arg-type]
                lang=self.lang,
            )
        except InputError as error:
            return error

    def warnings(self) -> list[str]:
        """What every file says before anything else."""
        return [item.line(self.lang) for item in self.edition.notices() if item.code in FIRST]


def document_of(folder: Path, name: str) -> str | Path:
    """What a document of the settings is called: an id as it is, a path below the folder."""
    return folder / name if name.endswith(".json") or "/" in name else name


def _day(path: Path) -> str:
    return date.fromtimestamp(path.stat().st_mtime).isoformat()


def rows(frame: pl.DataFrame, *names: str) -> list[dict[str, Any]]:
    """Rows of a frame as they stand in the state: texts and numbers, days as text, columns that are there."""
    kept = [name for name in names if name in frame.columns]
    days = [name for name in kept if frame.schema[name].is_temporal()]
    return frame.select(kept).with_columns(pl.col(days).dt.to_string() if days else []).to_dicts()

"""Check and evaluate a file that does not fit into memory, piece by piece, with the same checks and expressions."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

import polars as pl
from attrs import field, frozen

from piikit.files.pieces import PIECE, too_large
from piikit.files.safe_writing import not_written, write_through
from piikit.files.wide_columns import code_of, typed_column
from piikit.findings.errors import InputError, UsageError
from piikit.findings.finding import FIRST, Finding, Findings
from piikit.findings.messages import LANGUAGES, Lang, Phrase
from piikit.findings.paths import path_of
from piikit.findings.severities import apply_policy
from piikit.framework.catalogue import Catalogue
from piikit.framework.edition import Edition
from piikit.scoring.large_files.checked_inputs import Inputs, checked_inputs
from piikit.scoring.large_files.disk_columns import read_column
from piikit.scoring.large_files.disk_scoring import Scored, score
from piikit.scoring.record import Record, columns_digest, make_record

__all__ = ["Streamed", "stream", "stream_check", "too_large"]


@frozen(kw_only=True)
class Streamed:
    """What `piikit.stream` gives; the scores themselves are in the file.

    Attributes:
        path: a parquet file, a row an area and period, in the order of `Result.table`: area, area_name, period,
            scenario, `value:<code>` of every indicator, `score:<code>` and `rank:<code>` of every node. Its metadata,
            as JSON under the key `piikit`, hold the edition, the record, and what must be known before any figure.
        edition: the framework that was used.
        bounds: as `Result.bounds`.
        all_findings: every finding; of many alike the first cells, with the count of all.
        record: as `Result.record`.
        rows: how many rows the file has.
        areas: how many areas.
        periods: the periods, sorted.
        lang: the language of messages.

    >>> import piikit, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     done = piikit.stream(piikit.sample(), "pii-2024", to=f"{folder}/scores.parquet")
    >>> done.rows, done.areas, done.periods
    (63, 63, ('2024',))
    """

    __module__ = "piikit.types"

    path: Path
    edition: Edition
    bounds: pl.DataFrame = field(repr=False)
    all_findings: Findings = field(repr=False)
    record: Record = field(repr=False)
    rows: int
    areas: int
    periods: tuple[str, ...]
    lang: Lang = "en"

    @property
    def findings(self) -> pl.DataFrame:
        """Columns as `Result.findings`."""
        return self.all_findings.frame(self.lang)

    def __repr__(self) -> str:
        return f"<Streamed {self.edition.id}: {self.rows} rows x {len(self.edition.nodes)} nodes in {self.path}>"


def stream_check(
    path: str | Path,
    edition: Edition,
    catalogue: Catalogue,
    *,
    bounds: Any = None,
    policy: Mapping[str, str],
    piece: int = PIECE,
) -> Findings:
    """The findings on a file that is read in pieces of `piece` bytes."""
    with _folder(None) as folder:
        inputs = checked_inputs(
            path,
            edition,
            catalogue,
            folder=Path(folder),
            size=piece,
            bounds=bounds,
            policy=policy,
            keep=False,
            evaluate=False,
        )
        return apply_policy((*edition.notices(), *inputs.found), policy).sorted()


def stream(
    path: str | Path,
    edition: Edition,
    catalogue: Catalogue,
    *,
    to: str | Path,
    bounds: Any,
    on_findings: Literal["raise", "keep"],
    policy: Mapping[str, str],
    plugins: Callable[[Iterable[Finding]], Mapping[str, str]],
    piece: int,
    scratch: str | Path | None,
    lang: Lang,
) -> Streamed:
    """Scores and ranks of a file of any size; see `piikit.stream`."""
    to = path_of(to)
    if to.suffix.lower() != ".parquet":
        raise UsageError("stream_to_parquet", file=str(to), suffix=repr(to.suffix))
    if not to.parent.is_dir():
        raise UsageError("no_folder", folder=str(to.parent))
    with _folder(scratch) as name:
        folder = Path(name)
        inputs = checked_inputs(
            path,
            edition,
            catalogue,
            folder=folder,
            size=piece,
            bounds=bounds,
            policy=policy,
            keep=on_findings == "keep",
            evaluate=True,
        )
        found = apply_policy(inputs.found, policy)
        _stop(found, edition, on_findings, lang)
        if not inputs.files:
            raise UsageError("no_usable_row", file=str(path))
        record = _record(inputs, edition, found, on_findings, policy, plugins)
        scored = score(inputs, edition, folder)
        every = apply_policy((*edition.notices(), *inputs.found, *scored.findings), policy).sorted()
        _stop(every, edition, on_findings, lang)
        _write(scored, to, inputs.step, _said(edition, record, every))
    rows = inputs.rows
    return Streamed(
        path=to,
        edition=edition,
        bounds=scored.bounds,
        all_findings=every,
        record=record,
        rows=rows.keys.height,
        areas=rows.keys["place"].n_unique(),
        periods=rows.periods,
        lang=lang,
    )


def _folder(scratch: str | Path | None) -> tempfile.TemporaryDirectory[str]:
    try:
        return tempfile.TemporaryDirectory(prefix="piikit-", dir=scratch)
    except OSError as error:
        raise not_written(scratch or tempfile.gettempdir(), error) from error


def _stop(found: Findings, edition: Edition, on_findings: str, lang: Lang) -> None:
    if on_findings == "raise" and found.errors:
        raise InputError(found.errors, title=Phrase("usage.bad_data", edition=edition.id), lang=lang)


def _record(
    inputs: Inputs,
    edition: Edition,
    found: Findings,
    on_findings: str,
    policy: Mapping[str, str],
    plugins: Callable[[Iterable[Finding]], Mapping[str, str]],
) -> Record:
    """The record that `evaluate` would make of the same table, its columns hashed one at a time."""
    held = pl.scan_parquet(inputs.files[0]).collect_schema().names()
    # Where a given value stands beside items, `typed:` is what was given.
    typed = {name: typed_column(code_of(name)) for name in inputs.names}
    digest = columns_digest(
        inputs.names, lambda name: read_column(inputs.files, typed[name] if typed[name] in held else name)
    )
    tables: dict[str, Any] = {"data": {"rows": inputs.rows.keys.height, "sha256": digest}}
    if not inputs.table.given.bounds.is_empty():
        tables["bounds"] = inputs.table.given.bounds
    options: dict[str, Any] = {"on_findings": on_findings, **({"policy": dict(policy)} if policy else {})}
    return make_record(
        edition=edition, plan=None, inputs=tables, options=options, plugins=plugins(found), baseline=None
    )


def _said(edition: Edition, record: Mapping[str, Any], found: Findings) -> str:
    """What the file says of itself: the edition, what must be known of it before any figure, and the record."""
    first = [
        {"code": item.code, **{lang: item.line(lang) for lang in LANGUAGES}} for item in found if item.code in FIRST
    ]
    about = {"id": edition.id, "status": edition.status, "period": edition.period, "title": dict(edition.title)}
    notes = [{"edition": about, "warnings": first, "record": record}]
    return json.dumps({"dc:identifier": record["id"], "notes": notes}, ensure_ascii=False, allow_nan=False)


def _write(scored: Scored, to: Path, step: int, said: str) -> None:
    """One file, so that whoever looks sees the old one or the whole new one; `said` is kept in it as its metadata."""
    frame = pl.scan_parquet(list(scored.files))
    rows = max(step, 1000)
    write_through(
        to,
        lambda name: frame.sink_parquet(
            name, maintain_order=True, row_group_size=rows, engine="streaming", metadata={"piikit": said}
        ),
    )

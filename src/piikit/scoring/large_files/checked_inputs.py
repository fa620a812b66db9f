"""The checked table of a large file: on disk slice by slice, with its findings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
from attrs import evolve, frozen

from piikit.files.read import read
from piikit.findings.finding import HIDDEN, Findings
from piikit.findings.severities import apply_policy
from piikit.framework.catalogue import Catalogue
from piikit.framework.edition import Edition
from piikit.inputs.checks.consistency import cleared, within_rows
from piikit.inputs.given import NOTHING, Given, given_bounds
from piikit.inputs.long import no_trail
from piikit.inputs.table import Table, unused_bounds
from piikit.scoring.large_files.disk_columns import DiskColumns, in_order, slipped
from piikit.scoring.large_files.first_reading import KEYS, ReadRows, read_rows
from piikit.scoring.large_files.gathered_findings import Gathered
from piikit.scoring.large_files.rowwise import refuse_whole
from piikit.scoring.pipeline import unsound_values
from piikit.scoring.pipeline.program import Program, program_for, shape_of
from piikit.scoring.pipeline.run import values_of

MIN_STEP = 1
"""Rows of a slice at least, whatever the number of columns."""


@frozen(kw_only=True)
class Inputs:
    """What a large file holds, checked.

    Attributes:
        rows: the keys, in memory.
        table: as `assemble` makes it, but without rows.
        files: the tables of the slices on disk: keys, groups, items and values of all indicators.
        step: rows of a slice.
        sound: the findings so far.
    """

    rows: ReadRows
    table: Table
    files: tuple[Path, ...]
    step: int
    found: Findings

    @property
    def names(self) -> tuple[str, ...]:
        """The columns of the inputs alone, as in the frame of `Table`."""
        return (*KEYS, *self.rows.groups, *self.rows.numbers)


def checked_inputs(
    path: str | Path,
    edition: Edition,
    catalogue: Catalogue,
    *,
    folder: Path,
    size: int,
    bounds: Any = None,
    policy: Mapping[str, str],
    keep: bool,
    evaluate: bool,
) -> Inputs:
    """Read, check and put in order a file that does not fit into memory.

    Args:
        path: the file.
        edition: the framework.
        catalogue: items and checks.
        folder: an empty folder for what does not fit.
        size: bytes of a piece.
        bounds: published ends of normalisation.
        policy: the severities of findings.
        keep: whether cells that errors compare are taken out.
        evaluate: whether the edition must be one that can be worked out in pieces.

    Raises:
        UsageError: the file cannot be read, or a method needs all rows at once.
    """
    found = Gathered()
    rows = read_rows(path, edition, catalogue, folder=folder, size=size, found=found)
    given = _given(bounds, edition, rows, found)
    table = Table(
        frame=_no_rows(rows),
        items=rows.items,
        codes=rows.codes,
        given=given,
        periods=rows.periods,
        absent=rows.absent,
        findings=Findings(),
        has_data=rows.has_data,
        trail=no_trail(),
    )
    program = program_for(edition, shape_of(table, guarded=True))
    if evaluate:
        refuse_whole(edition, program, table)
    width = len(rows.numbers) + len(program.kept)
    step = max(MIN_STEP, size // (8 * width))
    files: dict[str, Path] = {}
    for name, column, file in in_order(rows, folder, step):
        files[name] = file
        found.add(slipped(name, column, rows))
    columns = DiskColumns(files=files, rows=rows.keys.height, step=step)
    slices = _slices(columns, rows, table, program, edition, catalogue, folder, found, policy, keep)
    for file in files.values():
        file.unlink()
    return Inputs(rows=rows, table=table, files=slices, step=step, found=Findings(found.findings()))


def _given(bounds: Any, edition: Edition, rows: ReadRows, found: Gathered) -> Given:
    if bounds is None:
        return NOTHING
    source = read(bounds)
    ends, wrong = given_bounds(source.frame, edition)
    given = Given(bounds=ends)
    found.add((*source.findings, *wrong, *unused_bounds(given, rows.periods)))
    return given


def _no_rows(rows: ReadRows) -> pl.DataFrame:
    texts = dict.fromkeys((*KEYS, *rows.groups), pl.String)
    return pl.DataFrame(schema={**texts, **dict.fromkeys(rows.numbers, pl.Float64)})


def _slices(
    columns: DiskColumns,
    rows: ReadRows,
    table: Table,
    program: Program,
    edition: Edition,
    catalogue: Catalogue,
    folder: Path,
    found: Gathered,
    policy: Mapping[str, str],
    keep: bool,
) -> tuple[Path, ...]:
    """Slices of whole rows: what their figures say together, and the values of the indicators."""
    files: list[Path] = []
    for start in columns.starts:
        frame = rows.named(rows.keys[start : start + columns.step])
        held = [*rows.groups, *rows.numbers]
        frame = frame.hstack(columns.slice(start, held)) if held else frame
        wrong = within_rows(frame, edition, catalogue)
        found.add(wrong)
        if keep:
            frame = cleared(frame, apply_policy(wrong, policy))
        part = evolve(table, frame=frame.drop(HIDDEN.values()))
        found.add(unsound_values(part, edition))
        files.append(folder / f"slice-{len(files):06}.parquet")
        values_of(part, program).write_parquet(files[-1], compression="lz4", statistics=False)
    return tuple(files)

"""The record of a result: which code, documents and data made it, and one id for all of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import version
from typing import Any, NotRequired, TypedDict, cast

import polars as pl

from piikit.framework.documents import digest
from piikit.framework.edition import Edition, EditionStatus


class Hashed(TypedDict):
    """A document of a record: its id and the hash of its content."""

    id: str
    sha256: str


class HashedEdition(Hashed):
    """The edition of a record."""

    status: EditionStatus


class HashedTable(TypedDict):
    """A checked table of a record: how many rows it has, and the hash of its cells."""

    rows: int
    sha256: str


class Record(TypedDict):
    """Which documents, data, options, plugins and versions made a result; `id` stands for all of it."""

    id: str
    edition: HashedEdition
    areas: str | None
    plan: Hashed | None
    inputs: dict[str, HashedTable]
    options: dict[str, Any]
    baseline: str | None
    plugins: dict[str, str]
    versions: dict[str, str]
    scenarios: NotRequired[list[Hashed]]


Record.__module__ = "piikit.types"  # where users find it; the body of a TypedDict takes no such line


TEXTS = 1 << 16
"""Texts that are hashed at once."""


def frame_digest(frame: pl.DataFrame) -> str:
    """A hash of a frame's cells: the same whatever the order of columns, on every machine and version of polars."""
    return columns_digest(frame.columns, frame.get_column)


def columns_digest(names: Iterable[str], column_of: Callable[[str], pl.Series]) -> str:
    """The same hash from columns that are held one at a time."""
    state = hashlib.sha256()
    for name in sorted(names):
        column = column_of(name)
        state.update(f"\x1e{name}\x1f".encode())
        if column.dtype.is_float():
            # -0.0 and 0.0 are the same figure; a null is told from any number by its own mask.
            state.update((column.fill_null(0.0) + 0.0).to_numpy().tobytes())
            state.update(column.is_null().to_numpy().tobytes())
            continue
        for start in range(0, len(column), TEXTS):
            cells = column[start : start + TEXTS].cast(pl.String).fill_null("\x00")
            state.update(("\x1f" if start else "").encode())
            state.update("\x1f".join(cells.to_list()).encode())
    return state.hexdigest()


def make_record(
    *,
    edition: Edition,
    plan: tuple[str, Mapping[str, Any]] | None,
    inputs: Mapping[str, pl.DataFrame | Mapping[str, Any]],
    options: Mapping[str, Any],
    plugins: Mapping[str, str],
    baseline: str | None,
    scenarios: Mapping[str, str] | None = None,
) -> Record:
    """The parts of a record and their `id`.

    Args:
        edition: the framework.
        plan: id and document of the plan that was judged, if any.
        inputs: the checked tables by what they are: data, scores, bounds; or their `rows` and `sha256`.
        options: what the caller chose that can change a figure.
        plugins: name and version of each plugin that was used.
        baseline: the id of the baseline result's record.
        scenarios: a hash of each scenario by its id; without any the record is as if there could be none.
    """
    parts: dict[str, Any] = {
        "edition": {"id": edition.id, "status": edition.status, "sha256": edition.digest},
        "areas": edition.areas.id if edition.areas else None,
        "plan": {"id": plan[0], "sha256": digest(plan[1])} if plan else None,
        "inputs": {
            name: {"rows": made.height, "sha256": frame_digest(made)} if isinstance(made, pl.DataFrame) else dict(made)
            for name, made in inputs.items()
        },
        "options": dict(options),
        "baseline": baseline,
        "plugins": dict(sorted(plugins.items())),
        "versions": {name: version(name) for name in ("piikit", "polars", "numpy")},
    }
    if scenarios:
        parts["scenarios"] = [{"id": name, "sha256": hashed} for name, hashed in scenarios.items()]
    return cast(Record, {"id": digest(parts)[:16], **parts})

"""The formats that every engine writes a result in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from attrs import evolve

from piikit.office.reports.documents import DOCX
from piikit.office.reports.metadata import csv_metadata, json_metadata, parquet, parquet_metadata
from piikit.office.reports.workbook import workbook
from piikit.registry.hooks import hookimpl
from piikit.result import Result
from piikit.results import writers
from piikit.results.writers import Writer

METADATA: Mapping[str, Callable[[Result, str], Mapping[str, Any]]] = {
    ".csv": csv_metadata,
    ".json": json_metadata,
    ".parquet": parquet_metadata,
}

BUILT_IN = (
    *(evolve(writer, metadata=METADATA[writer.suffix]) for writer in writers.BUILT_IN),
    Writer(
        suffix=".parquet",
        name={"vi": "bảng điểm dạng dài", "en": "scores, long"},
        render=parquet,
        metadata=parquet_metadata,
    ),
    Writer(suffix=".xlsx", name={"vi": "bảng tính cho người đọc", "en": "a workbook for people"}, render=workbook),
    DOCX,
)
"""One writer a suffix."""


@hookimpl
def piikit_writers() -> tuple[Writer, ...]:
    """The built-in formats."""
    return BUILT_IN

"""Writers: how a result becomes a file. A file is written whole or not at all."""

from __future__ import annotations

import io
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
from attrs import frozen

from piikit.errors import UsageError

if TYPE_CHECKING:
    from piikit.result import Result


@frozen(kw_only=True)
class Writer:
    """A file format that `Result.write` knows.

    Attributes:
        suffix: ".csv", for example; one writer a suffix.
        name: what the format holds, {"vi": …, "en": …}.
        render: from the result to the bytes of the file.
    """

    suffix: str
    name: Mapping[str, str]
    render: Callable[[Result], bytes]


def write_whole(path: str | Path, content: bytes) -> Path:
    """Write a file so that whoever looks sees the old one or the whole new one.

    Raises:
        UsageError: the place cannot be written to.
    """
    path = Path(path)
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            # mkstemp makes a file for its owner alone; a result is as readable as any other file made here.
            umask = os.umask(0)
            os.umask(umask)
            os.chmod(temporary, 0o666 & ~umask)
            os.replace(temporary, path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from error
    return path


def _json(result: Result) -> bytes:
    return (json.dumps(result.to_dict(), ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _csv(result: Result) -> bytes:
    """The long scores; the warnings that belong to them stand in the columns edition, status and record."""
    return formula_safe(result.labelled_scores()).write_csv().encode()


def formula_safe(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with an apostrophe before every text that a spreadsheet would run as a formula."""
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    return frame.with_columns(
        pl.when(pl.col(name).str.contains(r"^[=+\-@\t\r]"))
        .then(pl.concat_str(pl.lit("'"), name))
        .otherwise(name)
        .alias(name)
        for name in texts
    )


def _parquet(result: Result) -> bytes:

    buffer = io.BytesIO()
    result.labelled_scores().write_parquet(buffer)
    return buffer.getvalue()


BUILT_IN = (
    Writer(suffix=".json", name={"vi": "toàn bộ kết quả", "en": "the whole result"}, render=_json),
    Writer(suffix=".csv", name={"vi": "bảng điểm dạng dài", "en": "scores, long"}, render=_csv),
    Writer(suffix=".parquet", name={"vi": "bảng điểm dạng dài", "en": "scores, long"}, render=_parquet),
)

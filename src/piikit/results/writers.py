"""Writers: how a result becomes a file. A file is written whole or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

from attrs import frozen

from piikit.files.folder import BESIDE
from piikit.files.safe_writing import (
    formula_safe,
)
from piikit.findings.errors import UsageError

ReportKind = Literal["province", "ministry", "agency"]
"""Whom a report is for: the province, the Ministry, or of one agency on its part."""
Decimal = Literal[".", ","]
"""The sign before the decimals of a number: a point for machines, a comma for people in Vietnam."""


@frozen(kw_only=True)
class Writer:
    """A file format that `Result.write` knows.

    Attributes:
        suffix: ".csv", for example; one writer a suffix.
        name: what the format holds, {"vi": …, "en": …}.
        render: from the result to the bytes of the file; that of .docx takes the options of `Result.report` too.
        metadata: from the result and the decimal sign to what the file beside it says of its columns; no such file
            where it is not given.
        with_commas: as `render`, with decimal commas, for `write(path, decimal=",")`.
    """

    __module__ = "piikit.plugin"

    suffix: str
    name: Mapping[str, str]
    render: Callable[..., bytes]
    metadata: Callable[[Any, str], Mapping[str, Any]] | None = None
    with_commas: Callable[[Any], bytes] | None = None


def rendered(writer: Writer, result: Any, decimal: str, file: str) -> bytes:
    """What a writer makes of a result, without what it says of its columns; `file` names the place in errors.

    Raises:
        UsageError: the writer has no decimal commas.
    """
    render = writer.with_commas if decimal == "," else writer.render
    if render is None:
        raise UsageError("no_decimal_comma", file=file, suffix=writer.suffix)
    return render(result)


def files_of(writer: Writer, result: Any, path: str | Path, decimal: str = ".") -> dict[Path, bytes]:
    """What a writer makes of a result: the file itself, and its metadata beside it where the writer has some.

    The metadata name the file (`url`), its length and its hash, so that a file of another run is told from this one.

    Raises:
        UsageError: the writer has no decimal commas.
    """
    path = Path(path)
    content = rendered(writer, result, decimal, str(path))
    if writer.metadata is None:
        return {path: content}
    said = dict(writer.metadata(result, decimal))
    notes = [*said.pop("notes", []), {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}]
    whole = {"@context": said.pop("@context", CSVW), "url": path.name, **said, "notes": notes}
    text = json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    return {path: content, path.with_name(path.name + BESIDE): text.encode()}


CSVW = "http://www.w3.org/ns/csvw"
"""The namespace of the W3C's metadata of tables: https://www.w3.org/TR/tabular-metadata/."""


def _json(result: Any) -> bytes:
    return (json.dumps(result.to_dict(), ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _csv(result: Any) -> bytes:
    """The long scores, with points; what belongs to them stands in the columns edition, status, record and warning."""
    return formula_safe(result.labelled_scores()).write_csv().encode()


def _csv_with_commas(result: Any) -> bytes:
    """The same as a spreadsheet in Vietnamese opens it: semicolons, decimal commas, and a mark of UTF-8 in front."""
    frame = formula_safe(result.labelled_scores())
    # Small numbers are written out: nobody reads 1,5e-7.
    return frame.write_csv(separator=";", decimal_comma=True, float_scientific=False).encode("utf-8-sig")


BUILT_IN = (
    Writer(suffix=".json", name={"vi": "toàn bộ kết quả", "en": "the whole result"}, render=_json),
    Writer(
        suffix=".csv",
        name={"vi": "bảng điểm dạng dài", "en": "scores, long"},
        render=_csv,
        with_commas=_csv_with_commas,
    ),
)
"""The formats of text by themselves; `piikit.office.reports` adds their metadata, and the other formats."""

"""Files written whole or not at all, and text that can be no formula and no path."""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import polars as pl

from piikit.findings.errors import UsageError
from piikit.findings.paths import path_of


def not_written(path: str | Path, error: OSError) -> UsageError:
    """The error for a place that cannot be written to."""
    return UsageError("not_written", file=str(path), reason=error.strerror or str(error))


def write_whole(path: str | Path, content: bytes) -> Path:
    """Write a file so that whoever looks sees the old one or the whole new one.

    Raises:
        UsageError: the place cannot be written to.
    """
    return write_together({path_of(path): content})


def write_together(files: Mapping[Path, bytes]) -> Path:
    """Write files that belong together: each whole or not at all, and none of them where one finds no room.

    All are written under other names first and then renamed, the first one first. Only an end of the process between
    two renames leaves files of two runs side by side; the metadata's hash then is not that of the file.

    Returns:
        the path of the first.

    Raises:
        UsageError: the place cannot be written to.
    """
    waiting: list[tuple[str, Path]] = []
    path = next(iter(files))
    try:
        try:
            for path, content in files.items():
                waiting.append((_written_beside(path, content), path))
            while waiting:
                temporary, path = waiting[0]
                os.replace(temporary, path)
                del waiting[0]
        finally:
            for temporary, _ in waiting:
                Path(temporary).unlink(missing_ok=True)
    except OSError as error:
        raise not_written(path, error) from error
    return next(iter(files))


def _written_beside(path: Path, content: bytes) -> str:
    """The name of a new file beside a path that holds the content, on the disk."""
    with _beside(path) as temporary:
        with open(temporary, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        return temporary


@contextlib.contextmanager
def _beside(path: Path) -> Iterator[str]:
    """The name of a new file beside a path, to be filled and renamed; it is gone where that fails."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".part")
    os.close(handle)
    try:
        # mkstemp makes a file for its owner alone; a result is as readable as any other file made here.
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o666 & ~umask)
        yield temporary
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise


def write_through(path: Path, fill: Callable[[str], object]) -> Path:
    """Write a file whole or not at all that `fill` makes under the name it is given: one too large to hold.

    Raises:
        UsageError: the place cannot be written to.
    """
    try:
        with _beside(path) as temporary:
            fill(temporary)
            os.replace(temporary, path)
    except OSError as error:
        raise not_written(path, error) from error
    return path


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


def warned(frame: pl.DataFrame, said: Sequence[str], *, always: bool = False) -> pl.DataFrame:
    """The frame with a last column `warning`, which says in the first row what must be known before any figure.

    Args:
        frame: what is written.
        said: the warnings, a line each.
        always: make a row for the warning where the frame has none; for tables that no program reads as data.
    """
    text = " ".join(" ".join(said).split()) or None
    if always and text is not None and frame.is_empty():
        frame = pl.DataFrame([[None] * frame.width], schema=frame.schema, orient="row")
    first = pl.int_range(pl.len()) == 0
    return frame.with_columns(pl.when(first).then(pl.lit(text, dtype=pl.String)).alias("warning"))


_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\.|$)", re.IGNORECASE)
"""Names that Windows keeps for devices, whatever ending follows."""


def portable(name: str) -> str:
    """A file's name that is made from an id, so that Windows takes it: none of a device, no point or space at its end.

    >>> portable("con.docx"), portable("aux-agency.docx"), portable("a.")
    ('_con.docx', 'aux-agency.docx', 'a')
    """
    plain = name.rstrip(" .") or "_"
    return f"_{plain}" if _DEVICE.match(plain) else plain

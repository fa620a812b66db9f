"""One run at a time in the folder of a year."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

from piikit.findings.errors import UsageError
from piikit.findings.messages import Lang, messages
from piikit.office.year.file_names import HIDDEN

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

BUSY = (11, 13, 33, 35, 36)
"""What systems answer where somebody else holds a lock: EAGAIN, EACCES, and their kin (33: Windows, 35: BSD)."""
FAR = 1 << 20
"""The byte that is locked on Windows, beyond the text, so that others can read who holds the lock."""


@contextlib.contextmanager
def locked(folder: Path, *, lang: Lang) -> Iterator[None]:
    """Hold the lock of a folder. The system frees it when the process ends, however it ends: no lock goes stale.

    Raises:
        UsageError: another run holds it; the message says which.
    """
    path = folder / HIDDEN / "lock"
    try:
        path.parent.mkdir(exist_ok=True)
        file = path.open("r+b" if path.exists() else "w+b")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from error
    with file:
        try:
            _take(file.fileno())
        except OSError as error:
            # A disk that knows no locks (some network drives) must not stop the work; a held lock must.
            if error.errno in BUSY:
                holder = path.read_text(encoding="utf-8", errors="replace").strip() or "?"
                raise UsageError(messages(lang).text("year.locked", folder=folder, holder=holder)) from error
        file.truncate(0)
        file.write(json.dumps({"process": os.getpid(), "computer": socket.gethostname()}).encode())
        file.flush()
        yield
        file.truncate(0)


def _take(handle: int) -> None:
    if sys.platform == "win32":
        os.lseek(handle, FAR, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        os.lseek(handle, 0, os.SEEK_SET)
    else:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

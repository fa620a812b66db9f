"""A bar on standard error for whatever takes longer than a second."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator

AFTER = 1.0
"""Seconds that pass before a bar is seen: what is over sooner needs none."""


@contextlib.contextmanager
def bar(text: str = "", *, quiet: bool = False, after: float = AFTER) -> Iterator[Callable[[str, int, int], None]]:
    """What library code tells of its work (text, how much is done, how much there is), shown as a bar.

    Args:
        text: what stands at the bar before anything was told.
        quiet: show nothing, as with `--json`; nothing is shown either where standard error is no terminal.
        after: seconds before the bar appears.
    """
    if quiet or not sys.stderr.isatty():
        yield lambda text, done, total: None
        return
    from rich import progress  # noqa: PLC0415 (only where there is a terminal)
    from rich.console import Console  # noqa: PLC0415 (as above)

    columns = (
        progress.SpinnerColumn("line"),
        progress.TextColumn("{task.description}", markup=False),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeElapsedColumn(),
    )
    shown = progress.Progress(*columns, console=Console(stderr=True), transient=True)
    task = shown.add_task(text, total=None)
    # Started by a clock of its own, so that work which tells nothing for long is seen too.
    clock = threading.Timer(after, shown.start)
    clock.daemon = True
    clock.start()
    try:
        yield lambda text, done, total: shown.update(task, description=text, completed=done, total=total or None)
    finally:
        clock.cancel()
        clock.join()
        shown.stop()

"""Watch, in a process of its own, what plugins reach for while they are imported and list what they have.

An audit hook of Python cannot be taken away again, so it is set in a child process (`piikit.testing.watched`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence

SECONDS = 60
"""How long importing and listing may take; a plugin that waits for something outside takes longer."""


def reached(modules: Sequence[str]) -> list[str]:
    """What plugin modules reach for while they are imported and listed: a line a thing; empty where all is well.

    Args:
        modules: names of modules that can be imported.

    Files of Python, of installed packages and of the plugin's own package may be read. Anything else that is read,
    anything that is written, every process started and every name or address asked for is a line.

    >>> reached(["piikit.indicators.impact"])
    []
    """
    asked = json.dumps({"modules": list(modules), "path": sys.path})
    # Byte code is not written: it would be a file among those that are watched.
    settings = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "piikit.testing.watched"],
            input=asked,
            capture_output=True,
            encoding="utf-8",
            env=settings,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return [f"something that took longer than {SECONDS} seconds"]
    lines = done.stdout.splitlines()
    if done.returncode != 0 or not lines:
        return [f"an end of its process: exit code {done.returncode}, {done.stderr.strip()[-500:]}"]
    found: list[str] = json.loads(lines[-1])
    return found

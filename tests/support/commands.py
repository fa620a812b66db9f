"""The command inside the process of the tests, and as a process of its own.

A start of Python with all that piikit needs takes half a second and more; most tests are about what comes after it.
`called` gives what `started` gives; tests/test_cli.py compares the two for each way in and out.
"""

from __future__ import annotations

import inspect
import io
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import NamedTuple
from unittest import mock

from click.testing import CliRunner

from piikit.cli import run
from piikit.engine import default_engine

SCREEN = ("COLUMNS", "PIIKIT_LANG")
"""What the shell of the one who tests may have set, and tests do not want."""


def runner() -> CliRunner:
    """A runner that keeps the two streams apart; click before 8.2 puts them together unless it is told."""
    options = {"mix_stderr": False} if "mix_stderr" in inspect.signature(CliRunner).parameters else {}
    return CliRunner(**options)


class Done(NamedTuple):
    """How a command ended and what it said."""

    returncode: int
    stdout: str
    stderr: str


def environment(env: Mapping[str, str] | None) -> dict[str, str]:
    return {**{key: value for key, value in os.environ.items() if key not in SCREEN}, **(env or {})}


def called(*words: str, stdin: bytes = b"", env: Mapping[str, str] | None = None, joined: bool = False) -> Done:
    """The command run here, by the function that the console script calls, with arguments and streams of its own.

    The streams begin in an encoding without Vietnamese, as an old console's do. An error that a user would see as a
    traceback is raised. With `joined` standard error goes to standard output.
    """
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="ascii", newline="\n") for _ in range(2))
    err = out if joined else err
    default_engine.cache_clear()  # the one thing that a process does not find as the last one left it
    code = 0
    with (
        mock.patch.dict(os.environ, environment(env), clear=True),
        mock.patch.multiple(
            sys, argv=["piikit", *words], stdin=io.TextIOWrapper(io.BytesIO(stdin)), stdout=out, stderr=err
        ),
    ):
        try:
            run()
        except SystemExit as end:
            assert end.code is None or isinstance(end.code, int), end.code
            code = end.code or 0
    return Done(code, _text(out), "" if joined else _text(err))


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode("utf-8")


def started(*words: str, stdin: bytes = b"", env: Mapping[str, str] | None = None, joined: bool = False) -> Done:
    """The same command as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "piikit", *words],
        env=environment(env),
        input=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if joined else subprocess.PIPE,
        check=False,
        timeout=120,
    )
    out, err = (part.decode("utf-8").replace("\r\n", "\n") for part in (done.stdout, done.stderr or b""))
    return Done(done.returncode, out, err)

"""The command inside the process of the tests."""

from __future__ import annotations

import inspect

from click.testing import CliRunner


def runner() -> CliRunner:
    """A runner that keeps the two streams apart; click before 8.2 puts them together unless it is told."""
    options = {"mix_stderr": False} if "mix_stderr" in inspect.signature(CliRunner).parameters else {}
    return CliRunner(**options)

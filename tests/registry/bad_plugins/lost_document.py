# cause: No such file or directory
"""The file of its plan is not there."""

from __future__ import annotations

from pathlib import Path

from piikit import hookimpl


@hookimpl
def piikit_plans():
    yield Path(__file__).with_name("nowhere.json")  # HERE

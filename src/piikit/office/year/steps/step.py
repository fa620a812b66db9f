"""What a step is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from attrs import field, frozen

from piikit.framework.documents import Json
from piikit.office.year.work import Work


@frozen(kw_only=True)
class StepOutcome:
    """What carrying out a step gave: what to say of it, and why it could not be done, a sentence each."""

    facts: Json = field(factory=dict)
    faults: tuple[str, ...] = ()


def _always(work: Work) -> str | None:
    return None


@frozen(kw_only=True)
class YearStep:
    """A part of the work.

    Attributes:
        name: `year.step.<name>` is its name for people.
        inputs: all that its files depend on, as JSON; where the hash of it is that of the last time, it is skipped.
        run: makes the files below the folder that it is given, in the places they have below the folder of the year.
        waits: what it still waits for, as a text, or None.
    """

    name: str
    inputs: Callable[[Work], Json]
    run: Callable[[Work, Path], StepOutcome]
    waits: Callable[[Work], str | None] = _always

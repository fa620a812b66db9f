"""Files from where they were made to their place: never over what somebody changed, or what piikit did not write."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path, PurePosixPath

from attrs import field, frozen

from piikit.files.safe_writing import write_whole
from piikit.findings.errors import UsageError
from piikit.office.year.state import State, file_hash, write_state

PART = re.compile(r"\..+\.[a-z0-9_]{8}\.part")
"""What `write_whole` calls a file on its way; one is left where the process was killed."""


@frozen(kw_only=True)
class Delivered:
    """Where files went: `outputs` by their names; `written` those that are new, `beside` those put beside another."""

    outputs: dict[str, str] = field(factory=dict)
    written: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


def deliver(folder: Path, made: Path, state: State, *, newer: str) -> tuple[State, Delivered]:
    """Put every file below `made` to the same place below `folder`.

    Args:
        folder: the folder of the year.
        made: where the files were made.
        state: which files are piikit's; written to the disk before and after.
        newer: what stands in the name of a file that must not take the place of another.
    """
    names = sorted(path.relative_to(made).as_posix() for path in made.rglob("*") if path.is_file())
    content = {name: hashlib.sha256((made / name).read_bytes()).hexdigest() for name in names}
    places = {name: _place(folder, name, content[name], state, newer) for name in names}
    fresh = [name for name in names if file_hash(folder / places[name]) != content[name]]
    if fresh:
        known = {places[name]: (*state.files.get(places[name], ())[-1:], content[name]) for name in fresh}
        state = state.with_files(known)
        write_state(folder, state)
    faults, written = [], []
    for name in fresh:
        try:
            (folder / places[name]).parent.mkdir(parents=True, exist_ok=True)
            write_whole(folder / places[name], (made / name).read_bytes())
            written.append(places[name])
        except (UsageError, OSError) as error:
            faults.append(str(error))  # a file that is open in a spreadsheet, as a rule: the others go on
    state = state.with_files({} if faults else {places[name]: (content[name],) for name in names})
    beside = tuple(place for name, place in places.items() if place != name)
    return state, Delivered(outputs=places, written=tuple(written), beside=beside, faults=tuple(faults))


def _place(folder: Path, name: str, content: str, state: State, newer: str) -> str:
    """The first of the names that a file may have where nothing of anybody else stands."""
    path = PurePosixPath(name)
    for number in range(1, 1000):
        ending = "" if number == 1 else f" ({newer})" if number == 2 else f" ({newer} {number - 1})"
        place = path.with_name(f"{path.stem}{ending}{path.suffix}").as_posix()
        there = folder / place
        now = file_hash(there)
        free = not there.exists() if now is None else now == content or state.wrote(place, now)
        if free:
            return place
    raise UsageError(f"{folder / name}: there are a thousand versions of this file; move some away")


def clean(folder: Path) -> None:
    """Take away what a killed process left: files that were on their way to their place."""
    for path in sorted(folder.rglob(".*.part")):
        if PART.fullmatch(path.name) and path.is_file() and not path.is_symlink():
            path.unlink(missing_ok=True)

"""What piikit wrote into the folder of a year and from what: the file `year-state.json`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import asdict, evolve, field, frozen

from piikit.files.safe_writing import write_whole
from piikit.framework.documents import Json
from piikit.office.year.file_names import STATE

FORMAT = 1


@frozen(kw_only=True)
class StepState:
    """A step as it was last carried out.

    Attributes:
        inputs: the hash of what it depended on.
        outputs: where each file was put, by the name that it should have: another one where somebody had changed it.
        facts: what the list of what to do next says of it.
        faults: why it could not be carried out with these inputs, a sentence each.
    """

    inputs: str
    outputs: Mapping[str, str] = field(factory=dict)
    facts: Json = field(factory=dict)
    faults: tuple[str, ...] = ()


@frozen(kw_only=True)
class State:
    """Steps by name, and the hashes that files had when piikit wrote them.

    A file has two hashes while it is being written: of the old one and of the new one. Whatever moment the process is
    ended at, the file on the disk is known.
    """

    steps: Mapping[str, StepState] = field(factory=dict)
    files: Mapping[str, tuple[str, ...]] = field(factory=dict)

    def wrote(self, name: str, content: str) -> bool:
        """Whether piikit wrote the file of this name with the content of this hash."""
        return content in self.files.get(name, ())

    def with_files(self, files: Mapping[str, tuple[str, ...]]) -> State:
        """The state with other hashes of some files."""
        return evolve(self, files={**self.files, **files})

    def with_step(self, name: str, done: StepState) -> State:
        """The state with a step carried out."""
        return evolve(self, steps={**self.steps, name: done})


def read_state(folder: Path) -> State | None:
    """The state of a folder, empty where it has none; None where the file is there and cannot be used.

    Without it nothing is lost: every step is carried out again, and what is there already and differs stays.
    """
    try:
        document = json.loads((folder / STATE).read_bytes())
    except FileNotFoundError:
        return State()
    except (OSError, ValueError, RecursionError):
        return None
    try:
        if document["format"] != FORMAT:
            return None
        return State(
            steps={str(name): _done(entry) for name, entry in document["steps"].items()},
            files={str(name): tuple(str(one) for one in hashes) for name, hashes in document["files"].items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _done(entry: Any) -> StepState:
    if not isinstance(entry["facts"], dict):
        raise TypeError("facts")
    outputs = {str(name): str(place) for name, place in entry["outputs"].items()}
    return StepState(
        inputs=str(entry["inputs"]),
        outputs=outputs,
        facts=entry["facts"],
        faults=tuple(str(text) for text in entry["faults"]),
    )


def write_state(folder: Path, state: State) -> None:
    """Write the state, whole.

    Raises:
        UsageError: it cannot be written.
    """
    steps = {name: asdict(done) for name, done in state.steps.items()}
    files = {name: state.files[name] for name in sorted(state.files)}
    document = {"format": FORMAT, "steps": steps, "files": files}
    write_whole(folder / STATE, (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode())


def file_hash(path: Path) -> str | None:
    """The hash of a file's content; None where there is no such file."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None

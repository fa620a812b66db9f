"""How work that takes long says where it is; who asked for it shows that as a bar, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

Tell = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


def silent(text: str, done: int, total: int) -> None:
    """Tell nobody."""


def told_of(files: Iterable[tuple[str, Path]], tell: Tell, *, done: int, total: int) -> Iterator[tuple[str, Path]]:
    """The files (name, path), each told when it is asked for; `done` of `total` came before them."""
    for place, (name, path) in enumerate(files, done):
        tell(name, place, total)
        yield name, path

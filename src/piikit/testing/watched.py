"""The process in which plugins are watched: `python -m piikit.testing.watched`, asked and answering in JSON."""

from __future__ import annotations

import functools
import importlib
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

import piikit
from piikit.framework.documents import schema_root
from piikit.registry.hooks import HOOKS

ALARMING = (
    "socket.",
    "subprocess.",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.spawn",
    "os.startfile",
    "os.fork",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.mkdir",
    "os.link",
    "os.symlink",
    "os.chmod",
    "os.chown",
    "os.truncate",
    "shutil.",
    "urllib.",
    "http.",
    "ftplib.",
    "smtplib.",
    "webbrowser.",
    "ctypes.dlopen",
)
"""What a plugin has no reason to do while it lists what it has, by the start of the audit event's name."""
HARMLESS = ("socket.gethostname",)
CODE = {".py", ".pyc", ".so", ".pyd", ".dll", ".dylib", ".pth"}
"""Suffixes of what an import reads."""


class Watcher:
    """Keeps what happens while it is on.

    Attributes:
        folders: what lies inside may be read.
        paths: what an import reads there may be read too.
    """

    def __init__(self, folders: list[Path], paths: list[Path]) -> None:
        self.folders = folders
        self.paths = paths
        self.on = False
        self.found: list[str] = []

    def event(self, name: str, given: tuple[Any, ...]) -> None:
        """One audit event of Python."""
        if not self.on:
            return
        self.on = False  # looking at a path must not be watched itself
        try:
            if name == "open":
                self._file(*given)
            elif name.startswith(ALARMING) and not name.startswith(HARMLESS):
                shown = ", ".join(repr(part)[:200] for part in given[:2])
                self.say(f"{name}({shown})")
        finally:
            self.on = True

    def _file(self, path: Any, mode: Any, flags: int) -> None:
        if not isinstance(path, str | bytes | os.PathLike):
            return  # a handle that is open already
        place = Path(os.fsdecode(path)).resolve()
        writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND)
        if writes:
            self.say(f"writing the file {place}")
        elif not self._may_be_read(place):
            self.say(f"the file {place}")

    def _may_be_read(self, place: Path) -> bool:
        if any(place.is_relative_to(folder) for folder in self.folders) or str(place) == os.devnull:
            return True
        return place.suffix in CODE and any(place.is_relative_to(folder) for folder in self.paths)

    def say(self, line: str) -> None:
        """Keep a line, once."""
        if line not in self.found:
            self.found.append(line)


def _watched(function: Callable[..., Any], name: str, watcher: Watcher) -> Callable[..., Any]:
    @functools.wraps(function)
    def call(*args: Any, **options: Any) -> Any:
        # Native code: Python's own audit does not see the file that is opened.
        if watcher.on:
            watcher.say(f"polars.{name}({', '.join(repr(part)[:200] for part in args[:1])})")
        return function(*args, **options)

    return call


def _list_all(module: Any) -> None:
    for hook in HOOKS:
        function = getattr(module, hook, None)
        if callable(function):
            list(function() or ())


def main() -> None:
    """Answer one question: which modules to import and list, and the path to find them on."""
    asked = json.load(sys.stdin)
    answer, sys.stdout = sys.stdout, sys.stderr  # what a plugin prints is no answer
    sys.path[:] = asked["path"]
    own = [str(Path(piikit.__file__).parent), str(schema_root())]
    paths = [Path(entry or ".").resolve() for entry in sys.path]
    watcher = Watcher([Path(folder).resolve() for folder in (*own, sys.prefix, sys.base_prefix)], paths)
    for name in dir(pl):
        if name.startswith(("read_", "scan_")):
            setattr(pl, name, _watched(getattr(pl, name), name, watcher))
    sys.addaudithook(watcher.event)
    for name in asked["modules"]:
        top = importlib.util.find_spec(name.partition(".")[0])
        for place in (top.submodule_search_locations or ()) if top is not None else ():
            watcher.folders.append(Path(place).resolve())
        watcher.on = True
        try:
            _list_all(importlib.import_module(name))
        except Exception:  # third-party code: that it fails is what another test says
            continue
        finally:
            watcher.on = False
    json.dump(watcher.found, answer)


if __name__ == "__main__":
    main()

"""Why a plugin failed, in one line, with the place in the plugin's own file."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable
from pathlib import Path
from types import CodeType
from typing import Any

from piikit.findings.errors import FindingsError, PiikitError, PluginError
from piikit.findings.messages import LANGUAGES, Lang, Names, Phrase, Translatable, messages

LONGEST = 600
"""Characters of a cause; what is longer is cut, for it stands in tables."""
_OURS = Path(__file__).parent
_MACHINERY = ("pluggy", "importlib", "attr", "attrs", "polars", "_frozen_importlib")


def cause_of(error: BaseException, home: str = "") -> Names:
    r"""One line on an error, {vi, en}: what it is and, where it is known, the file and line of the plugin.

    Args:
        error: what was raised.
        home: the name of the plugin's package or module; its own lines are preferred to those of what it calls.

    >>> cause_of(PiikitError("no hook"))["en"]
    'no hook'
    >>> cause_of(ValueError("first line\nsecond line"))["vi"]
    'ValueError: first line; second line'
    """
    where = _raised_in(error, home)
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        where = place(error.filename, error.lineno)
    return {lang: _one_line(_text(error, lang), where.text(lang) if where else "") for lang in LANGUAGES}


def _text(error: BaseException, lang: Lang) -> str:
    text = str(error).strip()
    if isinstance(error, SystemExit):
        return Phrase("plugin.ended_program", text=text or 0).text(lang)
    if isinstance(error, FindingsError):
        lines = (item.line(lang).splitlines()[0] for item in error.found)
        return f"{messages(lang).show(error.title)}: {'; '.join(lines)}"
    if isinstance(error, PiikitError):
        return error.text(lang)
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        text = error.msg
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def place(filename: str, line: int) -> Phrase:
    """The last two parts of a path and the line: which file it is, not where it lies on this machine.

    >>> str(place("/somewhere/piikit_hue/green.py", 12))
    'piikit_hue/green.py, line 12'
    """
    return Phrase("plugin.place", file="/".join(Path(filename).parts[-2:]), line=line)


def place_of(function: Callable[..., Any]) -> Phrase | None:
    """Where a function is written; None where that is not known."""
    code: CodeType | None = getattr(function, "__code__", None)
    return place(code.co_filename, code.co_firstlineno) if code is not None else None


def fault_at(fault: Translatable | Names, where: Phrase | None) -> PluginError:
    """What is wrong in a plugin, with its place where that is known."""
    return PluginError("fault", fault=fault, place=Phrase("plugin.in_place", where=where) if where else "")


def _raised_in(error: BaseException, home: str) -> Phrase | None:
    frames = [
        (frame.f_globals.get("__name__") or "", frame.f_code.co_filename, line)
        for frame, line in traceback.walk_tb(error.__traceback__)
    ]
    own = [(file, line) for name, file, line in frames if home and (name == home or name.startswith(f"{home}."))]
    if not own:
        own = [(file, line) for name, file, line in frames if not _is_machinery(name, file)]
    return place(*own[-1]) if own else None


def _is_machinery(name: str, file: str) -> bool:
    return name.split(".", maxsplit=1)[0] in _MACHINERY or file.startswith(("<", f"{_OURS}{os.sep}"))


def _one_line(text: str, where: str) -> str:
    flat = "; ".join(" ".join(line.split()).removeprefix("- ") for line in text.splitlines() if line.strip())
    flat = flat if len(flat) <= LONGEST else flat[: LONGEST - 1] + "…"
    return f"{flat} ({where})" if where and where not in flat else flat

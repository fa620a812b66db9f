"""Which plugins there are, and which of them the caller or the environment wants."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import EntryPoint, entry_points, version
from typing import Any

from attrs import frozen

from piikit.errors import UsageError, nearest

GROUP = "piikit"
"""The entry-point group of plugins."""
BUILT_IN = ("institutions", "human_capital", "infrastructure", "market", "business", "knowledge", "impact")
"""The modules of `piikit.indicators`, one a pillar; plugins like any other."""
BLOCK, ONLY = "PIIKIT_BLOCK", "PIIKIT_ONLY"
"""The environment variables that name plugins, separated by commas."""


@frozen(kw_only=True)
class Candidate:
    """A plugin before it is loaded.

    Attributes:
        home: the package or module that it is written in.
    """

    name: str
    version: str
    distribution: str
    home: str
    load: Callable[[], Any]


def candidates(extra: Iterable[Any] = ()) -> list[Candidate]:
    """Built-in plugins, installed ones, and objects handed in by the caller, in this order.

    A module handed in takes the place of the installed plugin that it is.
    """
    extra = list(extra)
    handed_in = {getattr(plugin, "__name__", None) for plugin in extra}
    points = [point for point in entry_points(group=GROUP) if point.module not in handed_in]
    found = [_built_in(name) for name in BUILT_IN]
    found += [_installed(point) for point in sorted(points, key=lambda p: (p.name, p.dist.name if p.dist else ""))]
    return [*found, *map(_handed_in, extra)]


def _itself(plugin: Any) -> Any:
    return plugin


def _handed_in(plugin: Any) -> Candidate:
    full = getattr(plugin, "__name__", None)
    name = (full if isinstance(full, str) else type(plugin).__name__).rpartition(".")[2]
    home = full if isinstance(full, str) else type(plugin).__module__
    return Candidate(name=name, version="", distribution="", home=home, load=functools.partial(_itself, plugin))


def _built_in(name: str) -> Candidate:
    module = f"piikit.indicators.{name}"
    load = functools.partial(importlib.import_module, module)
    return Candidate(name=name, version=version("piikit"), distribution="piikit", home=module, load=load)


def _installed(point: EntryPoint) -> Candidate:
    source = point.dist
    return Candidate(
        name=point.name,
        version=source.version if source else "",
        distribution=source.name if source else "",
        home=point.module.split(".")[0],
        load=point.load,
    )


def left_out(
    known: Iterable[str],
    *,
    block: Iterable[str] | None,
    only: Iterable[str] | None,
    environment: Mapping[str, str],
) -> set[str]:
    """The names of the plugins that are not to be loaded.

    Args:
        known: the names of all plugins.
        block: names to leave out. Where this or `only` is given, the environment is not asked.
        only: names to use.
        environment: where `PIIKIT_BLOCK` and `PIIKIT_ONLY` are looked up; an empty text is as good as none.

    Raises:
        UsageError: a name that no plugin has, and where it was given.

    >>> said = {"PIIKIT_ONLY": "hue, knowledge", "PIIKIT_BLOCK": "knowledge"}
    >>> sorted(left_out(["hue", "impact", "knowledge"], block=None, only=None, environment=said))
    ['impact', 'knowledge']
    """
    known = list(known)
    where = {"block": "", "only": ""}
    if block is None and only is None:
        block, only = _named(environment, BLOCK), _named(environment, ONLY)
        where = {"block": f"{BLOCK}: ", "only": f"{ONLY}: "}
    block, only = tuple(block or ()), None if only is None else tuple(only)
    wrong = [*_unknown(where["block"], block, known), *_unknown(where["only"], only, known)]
    if wrong:
        raise UsageError(f"{'; '.join(wrong)}. Known: {', '.join(dict.fromkeys(known))}")
    shut = set(block)
    return shut if only is None else shut | (set(known) - set(only))


def _named(environment: Mapping[str, str], variable: str) -> list[str] | None:
    return [name for part in environment.get(variable, "").split(",") if (name := part.strip())] or None


def _unknown(where: str, names: Iterable[str] | None, known: list[str]) -> list[str]:
    found = []
    for name in names or ():
        if name not in known:
            near = nearest(name, known, cutoff=0.6)
            found.append(f"{where}no plugin named {name!r}" + (f"; did you mean {near!r}?" if near else ""))
    return found

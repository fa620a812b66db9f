"""Which plugins there are, and which of them the caller or the environment wants."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import EntryPoint, entry_points, version
from types import ModuleType
from typing import Any

from attrs import frozen

from piikit.findings.errors import PluginError, UsageError, together
from piikit.findings.unknown import unknown

GROUP = "piikit"
"""The entry-point group of plugins."""
BUILT_IN = ("institutions", "human_capital", "infrastructure", "market", "business", "knowledge", "impact")
"""The modules of `piikit.indicators`, one a pillar; plugins like any other."""
BUILT_IN_WRITERS = "piikit.office.reports.built_in"
"""The module that lists the formats which every engine writes."""
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
    handed_in = {_full_name(plugin) for plugin in extra}
    points = [point for point in entry_points(group=GROUP) if _module(point) not in handed_in]
    own = version("piikit")
    found = [_built_in(name, own) for name in BUILT_IN]
    found += sorted(map(_installed, points), key=lambda candidate: (candidate.name, candidate.distribution))
    return [*found, *map(_handed_in, extra)]


def _itself(plugin: Any) -> Any:
    return plugin


def _full_name(plugin: Any) -> str:
    """The name of a module with its package, or that of an object; its class's where it has none or asking fails."""
    try:
        name = getattr(plugin, "__name__", None)
    except Exception:  # an object of somebody else: it is recorded as failed when its hooks are asked for
        name = None
    return name if isinstance(name, str) else type(plugin).__name__


def _handed_in(plugin: Any) -> Candidate:
    full = _full_name(plugin)
    home = full if isinstance(plugin, ModuleType) else str(type(plugin).__module__)
    load = functools.partial(_itself, plugin)
    return Candidate(name=full.rpartition(".")[2], version="", distribution="", home=home, load=load)


def _built_in(name: str, own: str) -> Candidate:
    module = f"piikit.indicators.{name}"
    load = functools.partial(importlib.import_module, module)
    return Candidate(name=name, version=own, distribution="piikit", home=module, load=load)


def _installed(point: EntryPoint) -> Candidate:
    source, module = point.dist, _module(point)
    return Candidate(
        name=point.name,
        # A package whose metadata are incomplete has no name or version.
        version=(source.version if source else None) or "",
        distribution=(source.name if source else None) or "",
        home=module.split(".")[0],
        load=point.load if module else functools.partial(_no_module, point.value),
    )


def _module(point: EntryPoint) -> str:
    try:
        return str(point.module)
    except Exception:  # Python reads the value when it is asked for, and fails in its own way with each version
        return ""


def _no_module(value: str) -> Any:
    raise PluginError("entry_point", value=value)


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
        where = {"block": BLOCK, "only": ONLY}
    block, only = tuple(block or ()), None if only is None else tuple(only)
    wrong = [*_unknown(where["block"], block, known), *_unknown(where["only"], only, known)]
    if wrong:
        raise together(wrong)
    shut = set(block)
    return shut if only is None else shut | (set(known) - set(only))


def _named(environment: Mapping[str, str], variable: str) -> list[str] | None:
    return [name for part in environment.get(variable, "").split(",") if (name := part.strip())] or None


def _unknown(where: str, names: Iterable[str] | None, known: list[str]) -> list[UsageError]:
    wrong = [unknown("plugin", name, dict.fromkeys(known)) for name in names or () if name not in known]
    return [UsageError("plugin_named_in", where=where, wrong=error) for error in wrong] if where else wrong

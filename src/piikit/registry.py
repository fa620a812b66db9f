"""Load plugins, each by itself: what one does wrong is recorded with its name and cause, and harms no other."""

from __future__ import annotations

import functools
import importlib
import json
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import EntryPoint, entry_points, version
from pathlib import Path
from typing import Any

import pluggy
from attrs import define, evolve, field, frozen

from piikit import hooks
from piikit.catalogue import Catalogue
from piikit.checks import Check, fault_of
from piikit.documents import Json, packaged, read
from piikit.errors import PluginError, UsageError, nearest
from piikit.indicator import Indicator
from piikit.inputs.rules import compile_item
from piikit.mergers import rule_fault
from piikit.methods import Method
from piikit.writers import BUILT_IN as BUILT_IN_WRITERS
from piikit.writers import Writer

GROUP = "piikit"
"""The entry-point group of plugins."""
BUILT_IN = ("institutions", "human_capital", "infrastructure", "market", "business", "knowledge", "impact")
"""The modules of `piikit.indicators`, one a pillar; plugins like any other."""


@frozen(kw_only=True)
class PluginInfo:
    """A plugin as `piikit.plugins()` lists it.

    Attributes:
        state: "loaded", "failed" or "blocked".
        provides: what it registered, by hook without its prefix.
        cause: why it failed.
    """

    name: str
    version: str
    distribution: str
    state: str
    provides: Mapping[str, tuple[str, ...]] = field(factory=dict)
    cause: str | None = None


@frozen(kw_only=True)
class Candidate:
    """A plugin before it is loaded."""

    name: str
    version: str
    distribution: str
    load: Callable[[], Any]


@define(kw_only=True)
class Registered:
    """What one plugin listed."""

    indicators: list[Indicator] = field(factory=list)
    editions: list[Json] = field(factory=list)
    plans: list[Json] = field(factory=list)
    methods: list[Method] = field(factory=list)
    checks: list[Check] = field(factory=list)
    writers: list[Writer] = field(factory=list)

    def names(self) -> dict[str, tuple[str, ...]]:
        """What it provides, by kind."""
        named = {
            "indicators": tuple(indicator.code for indicator in self.indicators),
            "editions": tuple(document["id"] for document in self.editions),
            "plans": tuple(document["id"] for document in self.plans),
            "methods": tuple(method.name for method in self.methods),
            "checks": tuple(check.code for check in self.checks),
            "writers": tuple(writer.suffix for writer in self.writers),
        }
        return {kind: names for kind, names in named.items() if names}


@define(kw_only=True)
class Registry:
    """The plugins of one engine and all that they registered."""

    catalogue: Catalogue
    writers: dict[str, Writer]
    plugins: list[PluginInfo]


def candidates(extra: Iterable[Any] = ()) -> list[Candidate]:
    """Built-in plugins, installed ones, and objects handed in by the caller, in this order.

    A module handed in takes the place of the installed plugin that it is.
    """
    extra = list(extra)
    handed_in = {getattr(plugin, "__name__", None) for plugin in extra}
    points = [point for point in entry_points(group=GROUP) if point.module not in handed_in]
    found = [_built_in(name) for name in BUILT_IN]
    found += [_installed(point) for point in sorted(points, key=lambda point: point.name)]
    for plugin in extra:
        name = getattr(plugin, "__name__", type(plugin).__name__).rpartition(".")[2]
        found.append(Candidate(name=name, version="", distribution="", load=functools.partial(_itself, plugin)))
    return found


def _itself(plugin: Any) -> Any:
    return plugin


def _built_in(name: str) -> Candidate:
    load = functools.partial(importlib.import_module, f"piikit.indicators.{name}")
    return Candidate(name=name, version=version("piikit"), distribution="piikit", load=load)


def _installed(point: EntryPoint) -> Candidate:
    source = point.dist
    return Candidate(
        name=point.name,
        version=source.version if source else "",
        distribution=source.name if source else "",
        load=point.load,
    )


def load(
    extra: Iterable[Any] = (), *, block: Iterable[str] = (), only: Iterable[str] | None = None, strict: bool = False
) -> Registry:
    """Load every plugin that is not blocked.

    Args:
        extra: plugin modules or objects beside the installed ones.
        block: names of plugins to leave out.
        only: names of the plugins to use; all where None.
        strict: raise instead of recording a failure.

    Raises:
        UsageError: `block` or `only` names a plugin that is not there.
        PluginError: a plugin failed, and `strict` is set.
    """
    every = candidates(extra)
    _check_names([*block, *(only or ())], [candidate.name for candidate in every])
    shut = set(block) | ({c.name for c in every} - set(only) if only is not None else set())
    registry = Registry(catalogue=_shipped(), writers={w.suffix: w for w in BUILT_IN_WRITERS}, plugins=[])
    for candidate in every:
        about = PluginInfo(
            name=candidate.name, version=candidate.version, distribution=candidate.distribution, state="blocked"
        )
        if candidate.name not in shut:
            about = _admit(candidate, about, registry)
        if strict and about.cause is not None:
            raise PluginError(f"plugin {about.name!r} failed: {about.cause}")
        registry.plugins.append(about)
    return registry


def _check_names(given: list[str], known: list[str]) -> None:
    wrong = [name for name in given if name not in known]
    if wrong:
        near = nearest(wrong[0], known, cutoff=0.6)
        raise UsageError(
            f"no plugin named {', '.join(map(repr, wrong))}"
            + (f"; did you mean {near!r}?" if near else "")
            + f" Known: {', '.join(known)}"
        )


def _shipped() -> Catalogue:
    editions = {}
    for file in sorted(packaged("editions").iterdir(), key=lambda entry: entry.name):
        document = json.loads(file.read_text(encoding="utf-8"))
        editions[document["id"]] = document
    return Catalogue(editions=editions)


def _admit(candidate: Candidate, about: PluginInfo, registry: Registry) -> PluginInfo:
    """Load one plugin, check all it lists, and only then add any of it."""
    try:
        plugin = candidate.load()
        registered = _listed(plugin, candidate.name)
        catalogue = _extended(registry.catalogue, registered)
        for writer in registered.writers:
            if writer.suffix in registry.writers:
                raise PluginError(f"a writer for {writer.suffix!r} is there already")
    except Exception as error:  # third-party code: whatever it does wrong is recorded under its name
        return evolve(about, state="failed", cause=f"{type(error).__name__}: {error}")
    registry.catalogue = catalogue
    registry.writers.update({writer.suffix: writer for writer in registered.writers})
    return evolve(about, state="loaded", provides=registered.names())


def _listed(plugin: Any, name: str) -> Registered:
    """Call each hook of one plugin; a hook that does not exist is an error of the plugin."""
    manager = pluggy.PluginManager(hooks.PROJECT)
    manager.add_hookspecs(hooks)
    manager.register(plugin, name=name)
    manager.check_pending()
    listed: dict[str, list[Any]] = {}
    for hook in hooks.HOOKS:
        caller = getattr(manager.hook, hook)
        parts = [implementation.function() for implementation in caller.get_hookimpls()]
        if any(part is None for part in parts):
            raise PluginError(f"{hook} returned nothing; it must yield its definitions")
        listed[hook.removeprefix("piikit_")] = [item for part in parts for item in part]
    kinds: dict[str, type | tuple[type, ...]] = {
        "indicators": Indicator, "methods": Method, "checks": Check, "writers": Writer,
    }  # fmt: skip
    for kind, wanted in kinds.items():
        for item in listed[kind]:
            if not isinstance(item, wanted):
                raise PluginError(f"piikit_{kind} yielded {type(item).__name__}, not {wanted}")
    for kind in ("editions", "plans"):
        listed[kind] = [item if isinstance(item, Mapping) else read(Path(item)) for item in listed[kind]]
        for document in listed[kind]:
            if not isinstance(document.get("id"), str):
                raise PluginError(f"piikit_{kind} yielded a document without an id")
    listed["checks"] = [evolve(check, plugin=name) for check in listed["checks"]]
    return Registered(**listed)


def _extended(catalogue: Catalogue, registered: Registered) -> Catalogue:
    """The catalogue with what a plugin registered.

    Raises:
        PluginError: a name is taken, a unit unknown, a shared item described in another way, or a check is broken.
    """
    indicators, methods = dict(catalogue.indicators), dict(catalogue.methods)
    items, editions, plans = dict(catalogue.items), dict(catalogue.editions), dict(catalogue.plans)
    for indicator in registered.indicators:
        _check_indicator(indicator, catalogue)
        _add(indicators, indicator.code, indicator, "indicator")
        for name, description in indicator.items.items():
            compile_item(name, description)
            wrong = rule_fault(name, description)
            if wrong is not None:
                raise PluginError(wrong)
            if items.setdefault(name, description) != description:
                raise PluginError(f"item {name!r} of {indicator.code} is described otherwise elsewhere")
    for method in registered.methods:
        _add(methods, (method.kind, method.name), method, method.kind)
    for edition in registered.editions:
        _add(editions, edition["id"], edition, "edition")
    for plan in registered.plans:
        _add(plans, plan["id"], plan, "plan")
    checks = dict(catalogue.checks)
    for check in registered.checks:
        fault = fault_of(check)
        if fault is not None:
            raise PluginError(fault)
        _add(checks, check.code, check, "check")
    return evolve(
        catalogue, indicators=indicators, methods=methods, items=items, editions=editions, plans=plans, checks=checks
    )


def _add(table: dict[Any, Any], key: Any, value: Any, what: str) -> None:
    if key in table:
        raise PluginError(f"{what} {key!r} is there already")
    table[key] = value


def _check_indicator(indicator: Indicator, catalogue: Catalogue) -> None:
    if indicator.unit not in catalogue.units:
        near = nearest(indicator.unit, list(catalogue.units), cutoff=0.6)
        raise PluginError(f"unit {indicator.unit!r} of {indicator.code} is unknown" + (f"; {near}?" if near else ""))
    if indicator.direction not in ("higher", "lower"):
        raise PluginError(f"direction of {indicator.code} must be 'higher' or 'lower', not {indicator.direction!r}")
    if "python_udf" in str(indicator.value) or "python dsl" in str(indicator.value).lower():
        raise PluginError(f"the value of {indicator.code} calls Python; only polars expressions are allowed")

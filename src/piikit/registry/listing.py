"""What one plugin lists: its hooks are found, checked and called, and each definition is kept with its place."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pluggy
from attrs import define, evolve, field

from piikit.findings.errors import PiikitError, PluginError
from piikit.findings.faults import nearest
from piikit.framework.checks import Check
from piikit.framework.documents import Json, parse, read
from piikit.framework.indicator import Indicator
from piikit.framework.methods import Method
from piikit.registry import hooks
from piikit.registry.causes import cause_of, place, place_of
from piikit.results.writers import Writer

MOST = 10_000
"""Definitions that one hook may list: one that never ends must not take the engine with it."""
NAMED_BY = {
    "indicators": "code",
    "editions": "id",
    "plans": "id",
    "methods": "name",
    "checks": "code",
    "writers": "suffix",
}
"""What each kind of definition is called by."""
KINDS: Mapping[str, type] = {"indicators": Indicator, "methods": Method, "checks": Check, "writers": Writer}
"""What the hooks yield that are not documents."""


@define(kw_only=True)
class Listed:
    """What one plugin listed.

    Attributes:
        places: where each definition was yielded, by kind and number.
    """

    indicators: list[Indicator] = field(factory=list)
    editions: list[Json] = field(factory=list)
    plans: list[Json] = field(factory=list)
    methods: list[Method] = field(factory=list)
    checks: list[Check] = field(factory=list)
    writers: list[Writer] = field(factory=list)
    places: dict[tuple[str, int], str] = field(factory=dict)

    def names(self) -> dict[str, tuple[str, ...]]:
        """What it lists, by kind."""
        named = {
            kind: tuple(
                str(item[key] if isinstance(item, Mapping) else getattr(item, key)) for item in getattr(self, kind)
            )
            for kind, key in NAMED_BY.items()
        }
        return {kind: names for kind, names in named.items() if names}

    def at(self, kind: str, number: int, fault: str) -> str:
        """A fault of a definition, with the place where it was yielded."""
        where = self.places.get((kind, number))
        return f"{fault} ({where})" if where else fault


def _is_property(plugin: Any, name: str) -> bool:
    """Whether reading an attribute would run code of the plugin that is no hook."""
    return isinstance(inspect.getattr_static(type(plugin), name, None), property)


class _Manager(pluggy.PluginManager):
    """A manager that reads no property of a plugin, as pluggy does by itself from 1.6 on."""

    def parse_hookimpl_opts(self, plugin: Any, name: str) -> Any:
        """The options of a hook, or None."""
        return None if _is_property(plugin, name) else super().parse_hookimpl_opts(plugin, name)


def list_into(listed: Listed, plugin: Any, name: str) -> None:
    """Call each hook of one plugin and keep what it lists.

    Args:
        listed: where the definitions go; what was listed before a fault stays there.
        plugin: a module or object.
        name: what it is called.

    Raises:
        PluginError: the plugin cannot be used; with every fault of its hooks.
        Exception: whatever a hook raises.
    """
    _check_api(plugin)
    faults = [*_hook_faults(plugin)]
    if faults:
        raise PluginError("; ".join(faults))
    manager = _Manager(hooks.PROJECT)
    manager.add_hookspecs(hooks)
    manager.register(plugin, name=name)
    manager.check_pending()
    for hook in hooks.HOOKS:
        for implementation in getattr(manager.hook, hook).get_hookimpls():
            for item, where in _items(hook, implementation.function):
                _keep(listed, hook, item, where, name)


def _check_api(plugin: Any) -> None:
    number = getattr(plugin, "PIIKIT_API", hooks.UNSAID_API)
    if isinstance(number, bool) or not isinstance(number, int):
        raise PluginError(f"PIIKIT_API must be a whole number, as {hooks.API}, not {number!r}")
    if number > hooks.API:
        raise PluginError(
            f"it is written for API {number} of the hooks, and this piikit has API {hooks.API}; install a newer piikit"
        )
    if number < hooks.OLDEST_API:
        raise PluginError(
            f"it is written for API {number} of the hooks, and this piikit serves API {hooks.OLDEST_API} and later; "
            "install a newer version of the plugin"
        )


# -- hooks -------------------------------------------------------------------------------------------------------


def _hook_faults(plugin: Any) -> Iterator[str]:
    """What is wrong with the functions of a plugin, each with its place."""
    manager = _Manager(hooks.PROJECT)
    tried = False
    for attribute in dir(plugin):
        if _is_property(plugin, attribute):
            continue
        function = getattr(plugin, attribute, None)
        if not inspect.isroutine(function):
            continue
        options = manager.parse_hookimpl_opts(plugin, attribute)
        fault = _unmarked_fault(attribute) if options is None else _marked_fault(attribute, options, function)
        tried |= options is not None or fault is not None
        if fault is not None:
            where = place_of(function)
            yield f"{fault} ({where})" if where else fault
    if not tried:
        yield "it has no hook: none of its functions is marked with @piikit.hookimpl"


def _unmarked_fault(attribute: str) -> str | None:
    if attribute in hooks.HOOKS:
        return f"{attribute} is not marked with @piikit.hookimpl, so it would never be called"
    near = nearest(attribute, hooks.HOOKS) if attribute.startswith("piikit_") else None
    return f"{attribute} is no hook and not marked with @piikit.hookimpl; did you mean {near}?" if near else None


def _marked_fault(attribute: str, options: Mapping[str, Any], function: Callable[..., Any]) -> str | None:
    hook = options.get("specname") or attribute
    if hook not in hooks.HOOKS:
        near = nearest(hook, hooks.HOOKS, cutoff=0.6)
        return f"unknown hook {hook!r}; " + (f"did you mean {near!r}?" if near else f"known: {', '.join(hooks.HOOKS)}")
    if options.get("wrapper") or options.get("hookwrapper"):
        return f"{hook} is a wrapper; a hook of piikit yields definitions and wraps nothing"
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        return f"{hook} is async; a hook is a plain function"
    empty, kinds = inspect.Parameter.empty, (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    asked = [
        p.name for p in inspect.signature(function).parameters.values() if p.default is empty and p.kind not in kinds
    ]
    if asked:
        also = "; a class is no plugin, an object of it is" if asked[0] == "self" else ""
        return f"{hook} takes {', '.join(map(repr, asked))}; a hook takes no argument{also}"
    return None


# -- what a hook yields ------------------------------------------------------------------------------------------


def _items(hook: str, function: Callable[[], Any]) -> Iterator[tuple[Any, str]]:
    """Each definition of a hook with its place: the line of the yield, or else the function's first."""
    where = place_of(function)
    produced = function()
    if produced is None:
        raise PluginError(f"{hook} returned nothing; it must yield its definitions ({where})")
    if isinstance(produced, (Mapping, str, bytes, Path, *KINDS.values())) or not isinstance(produced, Iterable):
        raise PluginError(f"{hook} returned {type(produced).__name__}; it must yield its definitions ({where})")
    for number, item in enumerate(produced):
        if number >= MOST:
            raise PluginError(f"{hook} lists more than {MOST} definitions ({where})")
        frame = produced.gi_frame if inspect.isgenerator(produced) else None
        yield item, place(frame.f_code.co_filename, frame.f_lineno) if frame is not None else where


def _keep(listed: Listed, hook: str, item: Any, where: str, name: str) -> None:
    kind = hook.removeprefix("piikit_")
    if kind in KINDS:
        if not isinstance(item, KINDS[kind]):
            wanted = KINDS[kind].__name__
            raise PluginError(f"{hook} yielded {type(item).__name__}, not {wanted} ({where})")
        item = evolve(item, plugin=name) if isinstance(item, Check) else item
    else:
        item = _document(hook, item, where)
    definitions = getattr(listed, kind)
    listed.places[kind, len(definitions)] = where
    definitions.append(item)


def _document(hook: str, item: Any, where: str) -> Json:
    """A document of the engine's own: what the plugin does to its mapping later changes nothing here."""
    if not isinstance(item, Mapping | str | Path):
        raise PluginError(f"{hook} yielded {type(item).__name__}, not a mapping or a path ({where})")
    try:
        document = _parsed(item, hook) if isinstance(item, Mapping) else read(Path(item))
    except PiikitError as error:
        raise PluginError(f"{cause_of(error)} ({where})") from error
    if not isinstance(document.get("id"), str):
        raise PluginError(f"{hook} yielded a document without an id ({where})")
    return document


def _parsed(item: Mapping[str, Any], hook: str) -> Json:
    try:
        text = json.dumps(dict(item), ensure_ascii=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise PluginError(f"{hook} yielded a mapping that is no JSON: {error}") from error
    return parse(text, name=f"a document of {hook}")

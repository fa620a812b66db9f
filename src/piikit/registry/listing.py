"""What one plugin lists: its hooks are found, checked and called, and each definition is kept with its place."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pluggy
from attrs import define, evolve, field

from piikit.findings.errors import PiikitError, PluginError, together
from piikit.findings.messages import Phrase, Translatable
from piikit.findings.unknown import misspelt, unknown
from piikit.framework.checks import Check
from piikit.framework.documents import Json, parse, read
from piikit.framework.indicator import Indicator
from piikit.framework.methods import Method
from piikit.registry import hooks
from piikit.registry.causes import cause_of, fault_at, place, place_of
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
    places: dict[tuple[str, int], Phrase | None] = field(factory=dict)

    def names(self) -> dict[str, tuple[str, ...]]:
        """What it lists, by kind."""
        named = {
            kind: tuple(
                str(item[key] if isinstance(item, Mapping) else getattr(item, key)) for item in getattr(self, kind)
            )
            for kind, key in NAMED_BY.items()
        }
        return {kind: names for kind, names in named.items() if names}

    def at(self, kind: str, number: int, fault: Translatable) -> PluginError:
        """A fault of a definition, with the place where it was yielded."""
        return fault_at(fault, self.places.get((kind, number)))


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
        raise together(faults)
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
        raise PluginError("api_no_number", known=hooks.API, value=repr(number))
    if number > hooks.API:
        raise PluginError("api_newer", value=number, known=hooks.API)
    if number < hooks.OLDEST_API:
        raise PluginError("api_older", value=number, known=hooks.OLDEST_API)


# -- hooks -------------------------------------------------------------------------------------------------------


def _hook_faults(plugin: Any) -> Iterator[PluginError]:
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
            yield fault_at(fault, place_of(function))
    if not tried:
        yield PluginError("no_hook")


def _unmarked_fault(attribute: str) -> Translatable | None:
    if attribute in hooks.HOOKS:
        return Phrase("plugin.not_marked", hook=attribute)
    # A function of the plugin's own may have any other name.
    near = misspelt(attribute, hooks.HOOKS) if attribute.startswith("piikit_") else None
    return Phrase("plugin.misspelt_hook", hook=attribute, near=near) if near else None


def _marked_fault(attribute: str, options: Mapping[str, Any], function: Callable[..., Any]) -> Translatable | None:
    hook = options.get("specname") or attribute
    if hook not in hooks.HOOKS:
        return unknown("hook", hook, hooks.HOOKS)
    if options.get("wrapper") or options.get("hookwrapper"):
        return Phrase("plugin.wrapper", hook=hook)
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        return Phrase("plugin.async", hook=hook)
    empty, kinds = inspect.Parameter.empty, (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    asked = [
        p.name for p in inspect.signature(function).parameters.values() if p.default is empty and p.kind not in kinds
    ]
    if asked:
        code = "takes_self" if asked[0] == "self" else "takes"
        return Phrase(f"plugin.{code}", hook=hook, names=[repr(name) for name in asked])
    return None


# -- what a hook yields ------------------------------------------------------------------------------------------


def _items(hook: str, function: Callable[[], Any]) -> Iterator[tuple[Any, Phrase | None]]:
    """Each definition of a hook with its place: the line of the yield, or else the function's first."""
    where = place_of(function)
    produced = function()
    if produced is None:
        raise fault_at(Phrase("plugin.returned_nothing", hook=hook), where)
    if isinstance(produced, (Mapping, str, bytes, Path, *KINDS.values())) or not isinstance(produced, Iterable):
        raise fault_at(Phrase("plugin.returned", hook=hook, kind=type(produced).__name__), where)
    for number, item in enumerate(produced):
        if number >= MOST:
            raise fault_at(Phrase("plugin.too_many", hook=hook, limit=MOST), where)
        frame = produced.gi_frame if inspect.isgenerator(produced) else None
        yield item, place(frame.f_code.co_filename, frame.f_lineno) if frame is not None else where


def _keep(listed: Listed, hook: str, item: Any, where: Phrase | None, name: str) -> None:
    kind = hook.removeprefix("piikit_")
    if kind in KINDS:
        if not isinstance(item, KINDS[kind]):
            raise fault_at(_yielded(hook, item, KINDS[kind].__name__), where)
        item = evolve(item, plugin=name) if isinstance(item, Check) else item
    else:
        item = _document(hook, item, where)
    definitions = getattr(listed, kind)
    listed.places[kind, len(definitions)] = where
    definitions.append(item)


def _yielded(hook: str, item: Any, wanted: str | Phrase) -> Phrase:
    return Phrase("plugin.yielded", hook=hook, kind=type(item).__name__, wanted=wanted)


def _document(hook: str, item: Any, where: Phrase | None) -> Json:
    """A document of the engine's own: what the plugin does to its mapping later changes nothing here."""
    if not isinstance(item, Mapping | str | Path):
        raise fault_at(_yielded(hook, item, Phrase("plugin.mapping_or_path")), where)
    try:
        document = _parsed(item, hook) if isinstance(item, Mapping) else read(Path(item))
    except PiikitError as error:
        raise fault_at(cause_of(error), where) from error
    if not isinstance(document.get("id"), str):
        raise fault_at(Phrase("plugin.without_id", hook=hook), where)
    return document


def _parsed(item: Mapping[str, Any], hook: str) -> Json:
    try:
        text = json.dumps(dict(item), ensure_ascii=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise PluginError("document_not_json", hook=hook, reason=str(error)) from error
    return parse(text, name=f"a document of {hook}")

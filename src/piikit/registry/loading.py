"""Load plugins, each by itself: what one does wrong is recorded with its name and cause, and harms no other."""

from __future__ import annotations

import importlib
import json
from collections.abc import Container, Mapping, Sequence

from attrs import define, evolve, field, frozen

from piikit.findings.errors import PluginError
from piikit.findings.messages import Names, Phrase
from piikit.framework.catalogue import Catalogue
from piikit.framework.documents import packaged
from piikit.registry.candidates import BUILT_IN, BUILT_IN_WRITERS, GROUP, Candidate
from piikit.registry.causes import cause_of
from piikit.registry.definitions import extended
from piikit.registry.isolation import isolated
from piikit.registry.listing import Listed, list_into
from piikit.results.writers import Writer

__all__ = ["BUILT_IN", "GROUP", "PluginInfo", "Registry", "load"]


@frozen(kw_only=True)
class PluginInfo:
    """A plugin as `piikit.plugins()` lists it.

    Attributes:
        state: "loaded", "failed" or "blocked".
        provides: what it registered, by hook without its prefix.
        cause: why it failed, {vi, en}.
        warnings: what it warned of while it was loaded.
        offers: what it had listed when it failed; nothing of that is used.
        home: the package or module that it is written in.
    """

    name: str
    version: str
    distribution: str
    state: str
    provides: Mapping[str, tuple[str, ...]] = field(factory=dict)
    cause: Names | None = None
    warnings: tuple[str | Phrase, ...] = ()
    offers: Mapping[str, tuple[str, ...]] = field(factory=dict)
    home: str = ""

    @property
    def shown(self) -> str:
        """Its name, with the distribution and version that it came in."""
        source = " ".join(part for part in (self.distribution, self.version) if part)
        return f"{self.name} ({source})" if source else self.name


@define(kw_only=True)
class Registry:
    """The plugins of one engine and all that they registered."""

    catalogue: Catalogue
    writers: dict[str, Writer]
    plugins: list[PluginInfo]

    def owner(self, kind: str, name: str) -> str:
        """Who provides a name, for people: a plugin, or piikit itself."""
        providers = (plugin for plugin in self.plugins if name in plugin.provides.get(kind, ()))
        found = next(providers, None)
        return "piikit" if found is None else f"plugin {found.shown}"


def load(every: Sequence[Candidate], blocked: Container[str] = (), *, strict: bool = False) -> Registry:
    """Load every plugin that is not left out.

    Args:
        every: the plugins, in the order in which they are loaded.
        blocked: names of those to leave out.
        strict: raise instead of recording failures.

    Raises:
        PluginError: plugins failed, and `strict` is set; with the cause of each.
    """
    registry = Registry(catalogue=_shipped(), writers=_built_in_writers(), plugins=[])
    for candidate in every:
        about = PluginInfo(
            name=candidate.name,
            version=candidate.version,
            distribution=candidate.distribution,
            state="blocked",
            home=candidate.home,
        )
        registry.plugins.append(about if candidate.name in blocked else _admit(candidate, about, registry))
    failed = [about for about in registry.plugins if about.cause is not None]
    if strict and failed:
        each = [Phrase("plugin.failed_one", name=about.shown, cause=about.cause) for about in failed]
        raise PluginError("failed", n=len(failed), total=len(every), each=each)
    return registry


def _built_in_writers() -> dict[str, Writer]:
    """The formats that every engine writes, by the hook of any plugin: they stand in a room above this one."""
    listed = importlib.import_module(BUILT_IN_WRITERS).piikit_writers()
    return {writer.suffix: writer for writer in listed}


def _shipped() -> Catalogue:
    editions = {}
    for file in sorted(packaged("editions").iterdir(), key=lambda entry: entry.name):
        document = json.loads(file.read_text(encoding="utf-8"))
        editions[document["id"]] = document
    return Catalogue(editions=editions)


def _admit(candidate: Candidate, about: PluginInfo, registry: Registry) -> PluginInfo:
    """Load one plugin, check all it lists, and only then add any of it."""
    listed = Listed()
    with isolated() as said:
        catalogue, cause = _catalogue_with(candidate, listed, registry)
    about = evolve(about, warnings=tuple(said))
    if catalogue is None:
        return evolve(about, state="failed", cause=cause, offers=listed.names())
    registry.catalogue = catalogue
    registry.writers.update({writer.suffix: writer for writer in listed.writers})
    return evolve(about, state="loaded", provides=listed.names())


def _catalogue_with(candidate: Candidate, listed: Listed, registry: Registry) -> tuple[Catalogue | None, Names | None]:
    """The catalogue with a plugin, or why it cannot be had; the definitions that it lists go into `listed`."""
    first = next((about for about in registry.plugins if about.name == candidate.name), None)
    try:
        if first is not None:
            raise PluginError("named_twice", name=candidate.name, other=first.shown)
        list_into(listed, candidate.load(), candidate.name)
        return extended(registry.catalogue, listed, registry.writers, registry.owner), None
    except KeyboardInterrupt:
        raise  # the user's doing, not the plugin's
    except BaseException as error:
        # Third-party code: whatever it does wrong is recorded under its name. It may also end the program or make
        # polars panic, and neither is an Exception.
        return None, cause_of(error, candidate.home)

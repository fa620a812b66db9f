"""Which plugin is behind a name that a document asks for in vain: one that failed or is blocked, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from attrs import evolve

from piikit.findings.errors import DocumentError
from piikit.findings.finding import Finding, Findings
from piikit.findings.messages import LANGUAGES, messages
from piikit.registry.loading import PluginInfo

ASKED_FOR = {"unknown_indicator": "indicators", "unknown_method": "methods", "unknown_edition": "editions"}
"""The findings that a missing plugin can be behind, with the kind of what is asked for."""


def absent(kind: str, name: str, plugins: Iterable[PluginInfo]) -> Mapping[str, str] | None:
    """Which plugin is not there that may provide a name, and why, {"vi": …, "en": …}; None where none is missing.

    A plugin that had listed the name before it failed is named alone. Where none had, any that failed or is blocked may
    have it: those whose own name or package begins like it are named, or else all of them.

    Args:
        kind: "indicators", "editions", "plans", "methods".
        name: what a document asks for.
        plugins: all plugins.
    """
    failed = [plugin for plugin in plugins if plugin.state != "loaded"]
    listed = [plugin for plugin in failed if name in plugin.offers.get(kind, ())]
    if listed:
        return _said("needs_failed", listed)
    space = name.partition(".")[0].replace("-", "_").casefold()
    near = [
        plugin
        for plugin in failed
        if space
        in {*plugin.name.casefold().split("_"), plugin.name.casefold(), plugin.home.casefold().removeprefix("piikit_")}
    ]
    broken, blocked = ([p for p in near or failed if p.state == state] for state in ("failed", "blocked"))
    texts = [_said(key, some) for key, some in (("may_need_failed", broken), ("may_need_blocked", blocked)) if some]
    return {lang: " ".join(text[lang] for text in texts) for lang in LANGUAGES} if texts else None


def _said(key: str, plugins: Sequence[PluginInfo]) -> dict[str, str]:
    shown = ", ".join(p.shown for p in plugins)
    said: dict[str, str] = {}
    for lang in LANGUAGES:
        words = messages(lang)
        causes = "; ".join(f"{p.shown}: {words.of(p.cause)}" for p in plugins)
        said[lang] = words.text(f"usage.{key}", plugins=shown, causes=causes)
    return said


def with_causes(error: DocumentError, plugins: Sequence[PluginInfo]) -> DocumentError:
    """The same error; what it asks for in vain names the plugin that is not there, and why."""
    found = Findings(_with_cause(item, plugins) for item in error.found)
    return DocumentError(found, title=error.title, lang=error.lang)


def _with_cause(item: Finding, plugins: Sequence[PluginInfo]) -> Finding:
    if item.code not in ASKED_FOR:
        return item
    said = absent(ASKED_FOR[item.code], str(item.params["value"]), plugins)
    return item if said is None else evolve(item, params={**item.params, "absent": said})

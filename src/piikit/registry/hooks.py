"""The hooks of a plugin: how it registers what it has. Nothing else is ever called.

A plugin is a module or object with some of these functions, each marked with `@piikit.hookimpl`, found through the
entry-point group `piikit`. Hooks take no arguments, list definitions, and have no order.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from piikit.framework.checks import Check
    from piikit.framework.documents import Json
    from piikit.framework.indicator import Indicator
    from piikit.framework.methods import Method
    from piikit.results.writers import Writer

PROJECT = "piikit"
API = 1
"""The number of this set of hooks; it grows when one changes. `PIIKIT_API` of a plugin says for which it is written."""
OLDEST_API = 1
"""The oldest number whose plugins still work."""
UNSAID_API = 1
"""The number of a plugin that says none: saying it began with 1."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def piikit_indicators() -> Iterable[Indicator]:  # type: ignore[empty-body]
    """Yield the indicators that the plugin adds. Since 0.1.

    Yields:
        `piikit.Indicator`, its code namespaced by the plugin's owner: `hue.green_patents`.
    """


@hookspec
def piikit_editions() -> Iterable[Json | Path]:  # type: ignore[empty-body]
    """Yield the edition documents and overlays that the plugin adds. Since 0.1.

    Yields:
        a mapping, or the path of a JSON file inside the plugin's package (`schemas/edition.schema.json`).
    """


@hookspec
def piikit_plans() -> Iterable[Json | Path]:  # type: ignore[empty-body]
    """Yield the plan documents that the plugin adds. Since 0.1.

    Yields:
        a mapping, or the path of a JSON file inside the plugin's package (`schemas/plan.schema.json`).
    """


@hookspec
def piikit_methods() -> Iterable[Method]:  # type: ignore[empty-body]
    """Yield the methods that the plugin adds. Since 0.1.

    Yields:
        `piikit.framework.methods.Normalise`, `Aggregate`, `Treat` or `Impute`, its name namespaced: `hue.soft_min`.
    """


@hookspec
def piikit_checks() -> Iterable[Check]:  # type: ignore[empty-body]
    """Yield the rules over several cells of a row that the plugin adds. Since 0.1.

    Yields:
        `piikit.plugin.Check`, its code namespaced by the plugin's owner: `hue.green_of_all`.
    """


@hookspec
def piikit_writers() -> Iterable[Writer]:  # type: ignore[empty-body]
    """Yield the file formats that `Result.write` learns from the plugin. Since 0.1.

    Yields:
        `piikit.plugin.Writer`, one a file suffix.
    """


HOOKS = ("piikit_indicators", "piikit_editions", "piikit_plans", "piikit_methods", "piikit_checks", "piikit_writers")

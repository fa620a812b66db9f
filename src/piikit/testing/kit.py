"""What every kit of conformance tests has: the plugin in an engine, and tests that any plugin must pass."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import polars as pl
from attrs import frozen
from hypothesis import settings

from piikit.engine import Engine
from piikit.findings.messages import LANGUAGES
from piikit.registry import BUILT_IN
from piikit.testing.watch import reached

if TYPE_CHECKING:
    import pytest


@frozen(kw_only=True)
class Loaded:
    """A plugin in an engine.

    Attributes:
        name, state, cause: as `Engine.plugins()` has them.
        provides: what it registered, by kind: "indicators", "editions", …
    """

    engine: Engine
    name: str
    state: str
    cause: str | None
    provides: Mapping[str, Sequence[str]]


class Kit:
    """Tests of a plugin; a class inherits the kits of what the plugin provides, names the plugin, and is run by pytest.

    Attributes:
        plugin: the module or object with the hooks.
        examples: how many tables hypothesis draws for a test.

    A kit of one hook has the tests below and those of that hook; a class may inherit several kits.

    >>> from piikit.indicators import impact
    >>> from piikit.testing import IndicatorKit, PlanKit
    >>> class TestImpact(IndicatorKit):
    ...     plugin = impact
    >>> len(TestImpact.provided("indicators"))
    8
    """

    plugin: ClassVar[Any] = None
    examples: ClassVar[int] = 25
    _loaded: ClassVar[Loaded | None] = None

    # -- the plugin --------------------------------------------------------------------------------------------

    @classmethod
    def make_engine(cls) -> Engine:
        """The engine that the tests use: all that is installed, and the plugin. A class may give another."""
        name = getattr(cls.plugin, "__name__", "")
        own = {f"piikit.indicators.{module}" for module in BUILT_IN}
        return Engine() if name in own else Engine(plugins=[cls.plugin])

    @classmethod
    def loaded(cls) -> Loaded:
        """The plugin in its engine, made once a class."""
        known: Loaded | None = cls.__dict__.get("_loaded")
        if known is None:
            if cls.plugin is None:
                raise TypeError(f"{cls.__name__} names no plugin; write: plugin = my_package")
            known = cls._load()
            cls._loaded = known
        return known

    @classmethod
    def _load(cls) -> Loaded:
        engine = cls.make_engine()
        rows = engine.plugins()
        module = getattr(cls.plugin, "__name__", type(cls.plugin).__name__).rpartition(".")[2]
        mine = rows.filter(pl.col("name") == module)
        # What is handed in comes last, whatever it is called.
        row = (mine if not mine.is_empty() else rows).row(-1, named=True)
        provides: dict[str, list[str]] = {}
        for entry in row["provides"]:
            kind, _, name = entry.partition(":")
            provides.setdefault(kind, []).append(name)
        return Loaded(engine=engine, name=row["name"], state=row["state"], cause=row["cause"], provides=provides)

    @classmethod
    def provided(cls, kind: str) -> tuple[str, ...]:
        """The names of what the plugin provides of a kind: "indicators", "editions", "plans", "methods" and so on."""
        return tuple(cls.loaded().provides.get(kind, ()))

    @classmethod
    def subjects(cls) -> dict[str, Mapping[str, Any]]:
        """What tests are run on, one by one: by the name of the test's argument, then by its own name."""
        return {}

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """One test a subject: pytest asks for this."""
        for argument, things in self.subjects().items():
            if argument in metafunc.fixturenames:
                metafunc.parametrize(argument, list(things.values()), ids=list(things))

    @classmethod
    def drawn(cls, examples: int | None = None) -> settings:
        """How tables are drawn for a test: so many, without a limit of time; the first fault found is reported."""
        return settings(max_examples=examples or cls.examples, deadline=None, report_multiple_bugs=False)

    # -- tests -------------------------------------------------------------------------------------------------

    def test_it_loads(self) -> None:
        """The engine takes all that the plugin lists."""
        loaded = self.loaded()
        assert loaded.state == "loaded", f"plugin {loaded.name!r} is {loaded.state}: {loaded.cause}"

    def test_it_provides_what_is_tested(self) -> None:
        """There is something to test: a kit without a subject would pass whatever the plugin does."""
        for argument, things in self.subjects().items():
            assert things, f"plugin {self.loaded().name!r} provides no {argument}; leave its kit out"

    def test_it_lists_the_same_each_time(self) -> None:
        """A second engine gets the same from it."""
        again, first = type(self)._load(), self.loaded()
        assert again.provides == first.provides, f"first {first.provides}, then {again.provides}"
        for kind in ("indicators", "editions", "plans"):
            one, other = (getattr(loaded.engine.catalogue, kind) for loaded in (first, again))
            for name in first.provides.get(kind, ()):
                assert one[name] == other[name], f"{name} was listed in two ways: {one[name]} and {other[name]}"

    def test_listing_reaches_for_nothing_outside(self) -> None:
        """Importing the plugin and listing what it has opens no foreign file, starts nothing, asks no network.

        It is watched in a process of its own. What native code does inside cannot be seen, except that the functions
        of polars which read files are.
        """
        if isinstance(self.plugin, types.ModuleType) and self.plugin.__spec__ is not None:
            found = reached([self.plugin.__name__])
            assert not found, "while it was imported and listed, the plugin reached for " + "; ".join(found)

    def test_its_names_are_namespaced(self) -> None:
        """What it adds to a shared list of names has its owner before a dot."""
        for kind in ("indicators", "methods", "checks"):
            for name in self.provided(kind):
                owner, dot, rest = name.partition(".")
                assert dot and rest and owner.isidentifier(), f"{name!r} has no owner before a dot, as hue.{name}"


def named_twice(names: Any, what: str, *, same: Sequence[str] = ()) -> None:
    """That a text is given in Vietnamese and in English, and that these differ.

    Raises:
        AssertionError: one is missing, or both are the same and `what` is not among `same`.
    """
    assert isinstance(names, Mapping), f"{what} must be {{'vi': …, 'en': …}}, not {names!r}"
    for lang in LANGUAGES:
        assert isinstance(names.get(lang), str) and names[lang].strip(), f"{what} has no text in {lang!r}: {names!r}"
    if what not in same:
        assert names["vi"].strip() != names["en"].strip(), f"{what} is the same in both languages: {names['vi']!r}"

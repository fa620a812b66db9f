"""Whether what a plugin lists can be used, and the catalogue with it: all of a plugin, or nothing of it."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from attrs import evolve

from piikit.findings.errors import PluginError, together
from piikit.findings.messages import LANGUAGES, Names, Phrase, Translatable
from piikit.findings.unknown import nearest
from piikit.framework.catalogue import Catalogue
from piikit.framework.checks import fault_of
from piikit.framework.documents import MAX_DEPTH, Json, schema_faults
from piikit.framework.expressions import expression_fault, trial_faults
from piikit.framework.indicator import Indicator
from piikit.framework.methods import Method
from piikit.inputs.checks.rules import REFERENCES, compile_item
from piikit.inputs.mergers import rule_fault
from piikit.plans.agencies import masked
from piikit.registry.listing import NAMED_BY, Listed
from piikit.registry.method_trial import method_faults
from piikit.results.writers import Writer

SHOWN = 5
"""How many faults of one plugin are said."""

Owner = Callable[[str, str], str]
"""From a kind and a name to who has it already."""


def extended(catalogue: Catalogue, listed: Listed, writers: Mapping[str, Writer], owner: Owner) -> Catalogue:
    """The catalogue with what a plugin listed.

    Args:
        catalogue: what is there already.
        listed: what the plugin listed.
        writers: the writers that are there already, by suffix.
        owner: who has a name that is taken.

    Raises:
        PluginError: with every fault and its place: a definition of the wrong form, a name that is taken, an unknown
            unit, an expression that calls Python or cannot be worked out, a shared item described in another way, a
            schema that refers to what lies outside it, a document that breaks its schema.
    """
    faults = [listed.at(*fault) for fault in _faults(catalogue, listed)]
    faults += [listed.at(*fault) for fault in _taken(catalogue, listed, writers, owner)]
    items, wrong = _items(catalogue, listed, owner)
    faults += [listed.at(*fault) for fault in wrong]
    if faults:
        more = [PluginError("more_faults", n=len(faults) - SHOWN)] if len(faults) > SHOWN else []
        raise together([*faults[:SHOWN], *more])
    return evolve(
        catalogue,
        items=items,
        indicators={**catalogue.indicators, **{item.code: item for item in listed.indicators}},
        methods={**catalogue.methods, **{(item.kind, item.name): item for item in listed.methods}},
        editions={**catalogue.editions, **{item["id"]: item for item in listed.editions}},
        plans={**catalogue.plans, **{item["id"]: item for item in listed.plans}},
        checks={**catalogue.checks, **{item.code: item for item in listed.checks}},
    )


Fault = tuple[str, int, Translatable]
"""A kind of definition, its number among them, and what is wrong."""


def _faults(catalogue: Catalogue, listed: Listed) -> Iterator[Fault]:
    """What is wrong with each definition by itself."""
    values = {}
    for number, indicator in enumerate(listed.indicators):
        wrong = [*_indicator_faults(indicator, catalogue)]
        yield from (("indicators", number, fault) for fault in wrong)
        if not wrong:
            values[str(number)] = indicator.value
    for at, fault in (trial_faults(values) if values else {}).items():
        yield "indicators", int(at), Phrase("plugin.value_of", code=listed.indicators[int(at)].code, fault=fault)
    for number, method in enumerate(listed.methods):
        yield from (("methods", number, fault) for fault in _method_faults(method))
    for number, check in enumerate(listed.checks):
        broken = fault_of(check)
        if broken is not None:
            yield "checks", number, broken
    for number, writer in enumerate(listed.writers):
        yield from (("writers", number, fault) for fault in _writer_faults(writer))
    for kind, name in (("editions", "edition.schema.json"), ("plans", "plan.schema.json")):
        for number, document in enumerate(getattr(listed, kind)):
            text = json.dumps(masked(document) if kind == "plans" else document, ensure_ascii=False)
            for line in _document_faults(text, name):
                yield kind, number, Phrase("plugin.document", kind=kind[:-1], id=document["id"], fault=line)


@functools.lru_cache(maxsize=64)
def _document_faults(text: str, schema: str) -> tuple[Names, ...]:
    """What a document breaks of its schema, a line each; remembered, for every engine asks it of the same documents."""
    found = schema_faults(json.loads(text), schema)
    return tuple({lang: item.line(lang).splitlines()[0] for lang in LANGUAGES} for item in found)


# -- indicators --------------------------------------------------------------------------------------------------


def _indicator_faults(indicator: Indicator, catalogue: Catalogue) -> Iterator[Phrase]:
    code = indicator.code
    if not isinstance(code, str) or not code.strip():
        yield Phrase("plugin.indicator_code", value=repr(code))
        return
    unit = indicator.unit
    if not isinstance(unit, str) or unit not in catalogue.units:
        near = nearest(unit, catalogue.units) if isinstance(unit, str) else None
        yield Phrase(f"plugin.indicator_unit{'_near' if near else ''}", value=repr(unit), code=code, near=near)
    if indicator.direction not in ("higher", "lower"):
        yield Phrase("plugin.indicator_direction", code=code, value=repr(indicator.direction))
    yield from _name_faults("name", code, indicator.name)
    if indicator.note is not None:
        yield from _name_faults("note", code, indicator.note)
    if not isinstance(indicator.source, str):
        yield Phrase("plugin.indicator_source", code=code, kind=type(indicator.source).__name__)
    for what in ("items", "example"):
        given = getattr(indicator, what)
        if not isinstance(given, Mapping):
            yield Phrase("plugin.not_a_mapping", what=what, code=code, kind=type(given).__name__)
    wrong = expression_fault(indicator.value)
    if wrong is not None:
        yield Phrase("plugin.value_of", code=code, fault=wrong)


def _name_faults(what: str, code: str | Phrase, names: Any) -> Iterator[Phrase]:
    if not isinstance(names, Mapping) or not all(isinstance(names.get(lang), str) for lang in LANGUAGES):
        yield Phrase("plugin.texts", what=what, code=code, value=repr(names))


def _items(catalogue: Catalogue, listed: Listed, owner: Owner) -> tuple[dict[str, Json], list[Fault]]:
    """The items with those that the indicators bring; two descriptions of one item must be equal."""
    items, found = dict(catalogue.items), []
    for number, indicator in enumerate(listed.indicators):
        own = indicator.items if isinstance(indicator.items, Mapping) else {}
        for name, description in own.items():
            fault = _item_fault(name, description)
            if fault is None and items.setdefault(name, description) != description:
                fault = Phrase(
                    "plugin.item_differs",
                    name=name,
                    code=indicator.code,
                    other=_describer(name, catalogue, owner),
                    difference=_difference(description, items[name]),
                )
            if fault is not None:
                found.append(("indicators", number, fault))
    return items, found


def _item_fault(name: Any, description: Any) -> Translatable | None:
    if not isinstance(name, str) or not isinstance(description, Mapping):
        return Phrase("plugin.item_not_described", name=repr(name), kind=type(description).__name__)
    try:
        compile_item(name, description)
    except PluginError as error:
        return error
    return rule_fault(name, dict(description))


def _describer(item: str, catalogue: Catalogue, owner: Owner) -> str | Phrase:
    if item not in catalogue.items:
        return Phrase("plugin.own_indicator")
    users = (code for code, indicator in catalogue.indicators.items() if item in indicator.items)
    first = next(users, None)
    return owner("indicators", first) if first is not None else Phrase("plugin.own_schemas")


def _difference(here: Json, there: Json) -> list[Phrase]:
    differing = (key for key in {*here, *there} if here.get(key, ...) != there.get(key, ...))
    # Long texts last: a limit or unit tells more.
    keys = sorted(differing, key=lambda key: (len(str(here.get(key, there.get(key)))) > 40, key))
    return [
        Phrase("plugin.item_differs_in", key=key, here=_given(here, key), there=_given(there, key)) for key in keys[:3]
    ]


def _given(description: Json, key: str) -> str | Phrase:
    return repr(description[key]) if key in description else Phrase("plugin.not_given")


# -- methods and writers -----------------------------------------------------------------------------------------


def _method_faults(method: Method) -> Iterator[Phrase]:
    if not isinstance(method.name, str) or not method.name:
        yield Phrase("plugin.method_name", value=repr(method.name))
        return
    if not isinstance(method.params, Mapping):
        yield Phrase("plugin.not_a_mapping", what="params", code=method.name, kind=type(method.params).__name__)
        return
    sound = True
    for name, description in method.params.items():
        fault = _parameter_fault(description)
        if fault is not None:
            sound = False
            yield Phrase("plugin.parameter", name=name, method=method.name, fault=fault)
    if sound:
        yield from (
            Phrase("plugin.method", kind=method.kind, name=method.name, fault=fault) for fault in method_faults(method)
        )


def _parameter_fault(description: Any) -> Phrase | None:
    if not isinstance(description, Mapping):
        return Phrase("plugin.parameter_schema", kind=type(description).__name__)
    level: list[Any] = [description]
    for _ in range(MAX_DEPTH):
        for item in level:
            for keyword, value in item.items() if isinstance(item, Mapping) else ():
                if keyword in REFERENCES and not str(value).startswith("#"):
                    return Phrase("plugin.parameter_refers", value=repr(value))
        level = [
            part
            for item in level
            if isinstance(item, Mapping | list)
            for part in (item.values() if isinstance(item, Mapping) else item)
        ]
        if not level:
            return None
    return Phrase("plugin.parameter_deep", limit=MAX_DEPTH)


def _writer_faults(writer: Writer) -> Iterator[Phrase]:
    suffix = writer.suffix
    if not isinstance(suffix, str) or not suffix.startswith(".") or len(suffix) < 2 or "/" in suffix:
        yield Phrase("plugin.writer_suffix", value=repr(suffix))
    if not callable(writer.render):
        kind = type(writer.render).__name__
        yield Phrase("plugin.writer_render", suffix=repr(suffix), kind=kind)
    for what in ("metadata", "with_commas"):
        made = getattr(writer, what)
        if made is not None and not callable(made):
            yield Phrase("plugin.writer_function", what=what, suffix=repr(suffix), kind=type(made).__name__)
    yield from _name_faults("name", Phrase("plugin.writer_for", suffix=repr(suffix)), writer.name)


# -- names that are taken ----------------------------------------------------------------------------------------


def _taken(catalogue: Catalogue, listed: Listed, writers: Mapping[str, Writer], owner: Owner) -> Iterator[Fault]:
    there: dict[str, set[Any]] = {
        "indicators": set(catalogue.indicators),
        "editions": set(catalogue.editions),
        "plans": set(catalogue.plans),
        "methods": set(catalogue.methods),
        "checks": set(catalogue.checks),
        "writers": set(writers),
    }
    for kind, key in NAMED_BY.items():
        own: set[Any] = set()
        for number, item in enumerate(getattr(listed, kind)):
            name = item[key] if isinstance(item, Mapping) else getattr(item, key)
            full = (item.kind, name) if isinstance(item, Method) else name
            what = item.kind if isinstance(item, Method) else kind[:-1]
            if not isinstance(name, str):
                continue  # said already
            if full in own:
                yield kind, number, Phrase("plugin.listed_twice", kind=what, name=name)
            elif full in there[kind]:
                yield kind, number, Phrase("plugin.there_already", kind=what, name=name, owner=owner(kind, name))
            own.add(full)

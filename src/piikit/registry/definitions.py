"""Whether what a plugin lists can be used, and the catalogue with it: all of a plugin, or nothing of it."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from attrs import evolve

from piikit.findings.errors import PluginError
from piikit.findings.faults import nearest
from piikit.findings.messages import LANGUAGES
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
        more = f"; and {len(faults) - SHOWN} more faults" if len(faults) > SHOWN else ""
        raise PluginError("; ".join(faults[:SHOWN]) + more)
    return evolve(
        catalogue,
        items=items,
        indicators={**catalogue.indicators, **{item.code: item for item in listed.indicators}},
        methods={**catalogue.methods, **{(item.kind, item.name): item for item in listed.methods}},
        editions={**catalogue.editions, **{item["id"]: item for item in listed.editions}},
        plans={**catalogue.plans, **{item["id"]: item for item in listed.plans}},
        checks={**catalogue.checks, **{item.code: item for item in listed.checks}},
    )


Fault = tuple[str, int, str]
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
        yield "indicators", int(at), f"the value of {listed.indicators[int(at)].code} {fault}"
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
            what = f"{kind[:-1]} {document['id']!r}"
            text = json.dumps(masked(document) if kind == "plans" else document, ensure_ascii=False)
            yield from ((kind, number, f"{what}: {fault}") for fault in _document_faults(text, name))


@functools.lru_cache(maxsize=64)
def _document_faults(text: str, schema: str) -> tuple[str, ...]:
    """What a document breaks of its schema, a line each; remembered, for every engine asks it of the same documents."""
    return tuple(item.line("en").splitlines()[0] for item in schema_faults(json.loads(text), schema))


# -- indicators --------------------------------------------------------------------------------------------------


def _indicator_faults(indicator: Indicator, catalogue: Catalogue) -> Iterator[str]:
    code = indicator.code
    if not isinstance(code, str) or not code.strip():
        yield f"the code of an indicator must be a text, not {code!r}"
        return
    unit = indicator.unit
    if not isinstance(unit, str) or unit not in catalogue.units:
        near = nearest(unit, list(catalogue.units), cutoff=0.6) if isinstance(unit, str) else None
        yield f"unit {unit!r} of {code} is unknown" + (f"; did you mean {near!r}?" if near else "")
    if indicator.direction not in ("higher", "lower"):
        yield f"direction of {code} must be 'higher' or 'lower', not {indicator.direction!r}"
    yield from _name_faults("name", code, indicator.name)
    if indicator.note is not None:
        yield from _name_faults("note", code, indicator.note)
    if not isinstance(indicator.source, str):
        yield f"the source of {code} must be a text, not {type(indicator.source).__name__}"
    for what in ("items", "example"):
        if not isinstance(getattr(indicator, what), Mapping):
            yield f"{what} of {code} must be a mapping, not {type(getattr(indicator, what)).__name__}"
    wrong = expression_fault(indicator.value)
    if wrong is not None:
        yield f"the value of {code} {wrong}"


def _name_faults(what: str, code: str, names: Any) -> Iterator[str]:
    if not isinstance(names, Mapping) or not all(isinstance(names.get(lang), str) for lang in LANGUAGES):
        yield f"the {what} of {code} must be {{'vi': …, 'en': …}}, not {names!r}"


def _items(catalogue: Catalogue, listed: Listed, owner: Owner) -> tuple[dict[str, Json], list[Fault]]:
    """The items with those that the indicators bring; two descriptions of one item must be equal."""
    items, found = dict(catalogue.items), []
    for number, indicator in enumerate(listed.indicators):
        own = indicator.items if isinstance(indicator.items, Mapping) else {}
        for name, description in own.items():
            fault = _item_fault(name, description)
            if fault is None and items.setdefault(name, description) != description:
                other = _describer(name, catalogue, owner)
                fault = f"item {name!r} of {indicator.code} is described otherwise by {other}: "
                fault += _difference(description, items[name])
            if fault is not None:
                found.append(("indicators", number, fault))
    return items, found


def _item_fault(name: Any, description: Any) -> str | None:
    if not isinstance(name, str) or not isinstance(description, Mapping):
        return f"item {name!r} must be described by a JSON Schema, not by {type(description).__name__}"
    try:
        compile_item(name, description)
    except ValueError as error:
        return str(error)
    return rule_fault(name, dict(description))


def _describer(item: str, catalogue: Catalogue, owner: Owner) -> str:
    if item not in catalogue.items:
        return "another indicator of its own"
    users = (code for code, indicator in catalogue.indicators.items() if item in indicator.items)
    first = next(users, None)
    return owner("indicators", first) if first is not None else "the schemas of piikit"


def _difference(here: Json, there: Json) -> str:
    differing = (key for key in {*here, *there} if here.get(key, ...) != there.get(key, ...))
    # Long texts last: a limit or unit tells more.
    keys = sorted(differing, key=lambda key: (len(str(here.get(key, there.get(key)))) > 40, key))
    said = [f"{key} is {here.get(key, 'not given')!r} here, {there.get(key, 'not given')!r} there" for key in keys]
    return ", ".join(said[:3])


# -- methods and writers -----------------------------------------------------------------------------------------


def _method_faults(method: Method) -> Iterator[str]:
    if not isinstance(method.name, str) or not method.name:
        yield f"the name of a method must be a text, not {method.name!r}"
        return
    if not isinstance(method.params, Mapping):
        yield f"params of {method.name} must be a mapping, not {type(method.params).__name__}"
        return
    sound = True
    for name, description in method.params.items():
        fault = _parameter_fault(description)
        if fault is not None:
            sound = False
            yield f"parameter {name!r} of {method.name} {fault}"
    if sound:
        yield from (f"{method.kind} {method.name}: {fault}" for fault in method_faults(method))


def _parameter_fault(description: Any) -> str | None:
    if not isinstance(description, Mapping):
        return f"must be described by a JSON Schema, not by {type(description).__name__}"
    level: list[Any] = [description]
    for _ in range(MAX_DEPTH):
        for item in level:
            for keyword, value in item.items() if isinstance(item, Mapping) else ():
                if keyword in REFERENCES and not str(value).startswith("#"):
                    return f"refers to {value!r}; files and addresses are never fetched"
        level = [
            part
            for item in level
            if isinstance(item, Mapping | list)
            for part in (item.values() if isinstance(item, Mapping) else item)
        ]
        if not level:
            return None
    return f"is nested deeper than {MAX_DEPTH} levels"


def _writer_faults(writer: Writer) -> Iterator[str]:
    suffix = writer.suffix
    if not isinstance(suffix, str) or not suffix.startswith(".") or len(suffix) < 2 or "/" in suffix:
        yield f"the suffix of a writer must be a text such as '.md', not {suffix!r}"
    if not callable(writer.render):
        yield f"render of the writer for {suffix!r} must be a function, not {type(writer.render).__name__}"
    for what in ("metadata", "with_commas"):
        made = getattr(writer, what)
        if made is not None and not callable(made):
            yield f"{what} of the writer for {suffix!r} must be a function or None, not {type(made).__name__}"
    yield from _name_faults("name", f"the writer for {suffix!r}", writer.name)


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
                yield kind, number, f"{what} {name!r} is listed twice"
            elif full in there[kind]:
                yield kind, number, f"{what} {name!r} is there already, from {owner(kind, name)}"
            own.add(full)

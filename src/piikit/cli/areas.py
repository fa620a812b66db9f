"""The command `piikit areas`: the lists of areas, the areas of one, and what a text is taken for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from piikit.cli import options
from piikit.cli.output import show_json, table
from piikit.engine import Engine
from piikit.findings.faults import nearest
from piikit.findings.messages import Lang, Messages, messages
from piikit.framework.areas import Area, AreaList, plain_name


@click.command()
@click.argument("list_id", metavar="[LIST]", required=False)
@click.option("--match", metavar="NAME", help="Say which area a text is taken for, in LIST or in every list.")
@options.lang
@options.as_json
def areas(list_id: str | None, match: str | None, lang: Lang, as_json: bool) -> None:
    """List the lists of areas, or the areas of LIST with their names.

    An area stands with its code, its aliases and its mergers. With --match the exit code is 1 where the text means
    exactly one area in none of the lists asked.
    """
    engine = Engine()
    words = messages(lang)
    if match is not None:
        names = [list_id] if list_id is not None else sorted(engine.catalogue.areas)
        answers = [meaning(match, engine.area_list(name), engine.catalogue.areas) for name in names]
        _show_meanings(answers, words, as_json)
        if not any(len(answer["areas"]) == 1 for answer in answers):
            raise SystemExit(1)
    elif list_id is not None:
        _show_areas(engine.area_list(list_id), engine.catalogue.areas, words, as_json)
    else:
        _show_lists(engine, words, as_json)


def meaning(text: str, areas: AreaList, lists: Mapping[str, AreaList]) -> dict[str, Any]:
    """What a text is taken for in a list: the areas it may mean, else what it became part of, else the nearest name."""
    found = [areas.areas[place] for place in areas.match(text)]
    successor = None if found else _successor(text, areas, lists)
    names = {plain_name(name): name for name in areas.names}
    near = None if found or successor else nearest(plain_name(text), list(names), cutoff=0.7)
    return {
        "list": areas.id,
        "text": text,
        "areas": [{"code": area.code, "name": area.name} for area in found],
        "successor": successor,
        "near": names[near] if near else None,
    }


def _successor(text: str, areas: AreaList, lists: Mapping[str, AreaList]) -> str | None:
    """The area of this list that took in the area that the text means in the list before."""
    former = lists.get(areas.document.get("predecessor") or "")
    ended = former.get(text) if former is not None else None
    return next((area.name for area in areas.areas if ended is not None and area.code == ended.successor), None)


def _show_meanings(answers: list[dict[str, Any]], words: Messages, as_json: bool) -> None:
    if as_json:
        show_json(answers)
        return
    rows = [[answer["list"], answer["text"], _said(answer, words)] for answer in answers]
    names = [words.text(f"areas.{key}") for key in ("list", "text", "meaning")]
    table(names, rows, lang=words.lang)


def _said(answer: Mapping[str, Any], words: Messages) -> str:
    found = [f"{area['name']} ({area['code']})" for area in answer["areas"]]
    if len(found) == 1:
        return found[0]
    if found:
        return words.text("areas.ambiguous", areas=found)
    if answer["successor"] is not None:
        return words.text("areas.ended", successor=answer["successor"])
    unknown = words.text("areas.unknown")
    return f"{unknown}; {words.text('areas.near', near=answer['near'])}" if answer["near"] else unknown


def _show_lists(engine: Engine, words: Messages, as_json: bool) -> None:
    rows = engine.area_lists().to_dicts()
    if as_json:
        show_json(rows)
        return
    names = [words.text(key) for key in ("areas.list", "label.areas", "areas.from", "areas.to", "label.title")]
    shown = [
        [row["id"], row["n_areas"], row["valid_from"], row["valid_to"], row[f"title_{words.lang}"]] for row in rows
    ]
    table(names, shown, lang=words.lang)


def _show_areas(areas: AreaList, lists: Mapping[str, AreaList], words: Messages, as_json: bool) -> None:
    if as_json:
        show_json([_described(area, areas) for area in areas.areas])
        return
    after = _names(lists, areas.document.get("successor"))
    before = _names(lists, areas.document.get("predecessor"))
    keys = ["label.code", "label.name", "areas.region", "areas.type", "areas.aliases"]
    keys += ["areas.successor"] if after else []
    keys += ["areas.formed_from"] if before else []
    rows = []
    for area in areas.areas:
        row = [area.code, area.name, words.of(areas.regions.get(area.region or "")), _type(area, words)]
        row.append(", ".join(area.aliases))
        row += [_named([area.successor] if area.successor else [], after)] if after else []
        row += [_named(area.formed_from, before)] if before else []
        rows.append(row)
    table([words.text(key) for key in keys], rows, lang=words.lang)


def _type(area: Area, words: Messages) -> str:
    return words.text(f"areas.{area.type}") if words.has(f"areas.{area.type}") else (area.type or "")


def _names(lists: Mapping[str, AreaList], name: str | None) -> dict[str, str]:
    """The names of another list by code; empty where there is no such list."""
    other = lists.get(name or "")
    return {area.code: area.name for area in other.areas} if other else {}


def _named(codes: tuple[str, ...] | list[str], names: Mapping[str, str]) -> str:
    return ", ".join(f"{names.get(code, '')} ({code})".strip() for code in codes)


def _described(area: Area, areas: AreaList) -> dict[str, Any]:
    return {
        "code": area.code,
        "name": area.name,
        "region": area.region,
        "region_name": dict(areas.regions.get(area.region or "", {})) or None,
        "type": area.type,
        "aliases": list(area.aliases),
        "successor": area.successor,
        "formed_from": list(area.formed_from),
    }

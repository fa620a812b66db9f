"""An edition on the areas of another list: the same tree and methods, and a set of areas that never was compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from piikit.findings.messages import LANGUAGES, Lang, messages
from piikit.framework.areas import AreaList
from piikit.framework.build.edition_builder import build_edition
from piikit.framework.catalogue import Catalogue
from piikit.framework.documents import Json
from piikit.framework.edition import Edition

LONGEST = 64
"""How long the id of an edition may be."""


def edition_on(edition: Edition, areas: AreaList, catalogue: Catalogue, *, lang: Lang = "en") -> Edition:
    """The edition with another list of areas, and with a doubt and a warning that say so.

    Its status is that of the edition; of an official one it is "local". Peer sets that name areas by code are left out:
    a code may mean another area in the other list.

    Raises:
        DocumentError: something in the edition needs a peer set that was left out.
    """
    if edition.areas is not None and edition.areas.id == areas.id:
        return edition
    changes = _changes(edition, areas)
    document = {key: value for key, value in edition.document.items() if key not in ("base", "base_areas")}
    document |= changes
    document["groups"] = {
        key: group for key, group in edition.document.get("groups", {}).items() if "areas" not in group
    }
    if edition.status == "official":
        document["status"] = "local"
    built = build_edition(document, evolve(catalogue, areas={**catalogue.areas, areas.id: areas}), lang=lang)
    marks = {"base": edition.id, "base_areas": edition.areas.id if edition.areas else ""}
    return evolve(built, document={**built.document, **marks})


def overlay_on(edition: Edition, areas: AreaList, catalogue: Catalogue) -> Json:
    """The document of `edition_on` to keep in a file: an overlay where the edition is installed, else the whole."""
    if edition.id in catalogue.editions and not any("areas" in g for g in edition.document.get("groups", {}).values()):
        return {"$schema": "edition.schema.json", "extends": edition.id, **_changes(edition, areas)}
    built = edition_on(edition, areas, catalogue)
    return {key: value for key, value in built.document.items() if key not in ("base", "base_areas")}


def _changes(edition: Edition, areas: AreaList) -> dict[str, Any]:
    title = {lang: _text(lang, "merge.title", edition.title, areas) for lang in LANGUAGES}
    doubt = {lang: _text(lang, "merge.doubt", edition.title, areas) for lang in LANGUAGES}
    return {
        "id": f"{edition.id[: LONGEST - len(areas.id) - 4]}-on-{areas.id}",
        "title": title,
        "areas": areas.id,
        "doubts": [*edition.doubts, doubt],
    }


def _text(lang: Lang, key: str, title: Mapping[str, str], areas: AreaList) -> str:
    words = messages(lang)
    return words.text(key, title=words.of(title), areas=words.of(areas.title) or areas.id)

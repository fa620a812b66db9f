"""What the shipped items are, in the language of a form."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from piikit.framework.documents import schema, schema_root


@functools.cache
def shipped_definitions(lang: str) -> Mapping[str, str]:
    """The definitions of the shipped items by name; in English those are the descriptions of their schemas.

    >>> shipped_definitions("vi")["industrial_production_index"]
    'Năm trước bằng 100.'
    """
    found: dict[str, str] = {}
    for file in sorted(schema_root().joinpath("items").iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".schema.json"):
            document = schema(f"items/{file.name}")
            described = {name: item["description"] for name, item in document["properties"].items()}
            found |= document["vietnamese"] if lang == "vi" else described
    return found

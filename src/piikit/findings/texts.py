"""The texts of the catalogue as they are written (`data/messages/`), by key; help of the command needs no more."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any, Literal, get_args

Lang = Literal["vi", "en"]
"""A language of texts for people."""
LANGUAGES: tuple[Lang, ...] = get_args(Lang)


@functools.cache
def texts(lang: Lang) -> Mapping[str, str]:
    """Every text of one language with its gaps, by key: the names on the way to it, with dots between.

    >>> texts("en")["label.score"]
    'score'
    """
    text = resources.files("piikit").joinpath("data", "messages", f"{lang}.json").read_text(encoding="utf-8")
    return dict(_flat(json.loads(text)))


def _flat(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value

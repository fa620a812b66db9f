"""An engine remembers the editions of documents that come again, by what these say and nothing else."""

from __future__ import annotations

import copy
from typing import Any

import pytest

import piikit
from piikit.framework.build.edition_cache import MOST

DOCUMENT: dict[str, Any] = {
    "id": "one",
    "status": "local",
    "period": "2024",
    "title": {"vi": "Một", "en": "One"},
    "sources": ["made up"],
    "nodes": [{"code": "I", "level": "index"}, {"code": "x", "parent": "I", "level": "indicator", "weight": 1}],
}


@pytest.fixture
def engine() -> piikit.Engine:
    return piikit.Engine(only=["impact"])


@pytest.fixture
def document() -> dict[str, Any]:
    return copy.deepcopy(DOCUMENT)


def test_a_document_that_says_the_same_gives_the_same_edition(engine: piikit.Engine, document: Any) -> None:
    assert engine.edition(document) is engine.edition(copy.deepcopy(document))
    assert engine.edition(document) is not piikit.Engine(only=["impact"]).edition(document)


def test_a_change_inside_the_document_is_seen_and_changes_no_edition_made_before(
    engine: piikit.Engine, document: Any
) -> None:
    before = engine.edition(document)
    document["title"]["en"] = "Two"
    document["nodes"][1]["weight"] = 2
    after = engine.edition(document)
    assert (after.title["en"], after.nodes["x"].weight) == ("Two", 2)
    assert (before.title["en"], before.nodes["x"].weight) == ("One", 1)
    assert before.document == DOCUMENT


def test_an_edition_whose_own_document_was_changed_is_not_given_again(engine: piikit.Engine, document: Any) -> None:
    edition: Any = engine.edition(document)
    edition.document["nodes"][1]["weight"] = 9
    assert engine.edition(document).document == DOCUMENT


@pytest.mark.parametrize("other", [True, (1,), "1", None, float("nan")])
def test_values_that_look_alike_are_told_apart(engine: piikit.Engine, document: Any, other: Any) -> None:
    engine.edition(document)
    document["nodes"][1]["weight"] = other
    for _ in range(2):
        with pytest.raises(piikit.DocumentError, match="weight"):
            engine.edition(document)


def test_a_tuple_is_no_list(engine: piikit.Engine, document: Any) -> None:
    engine.edition(document)
    document["sources"] = ("made up",)
    for _ in range(2):
        with pytest.raises(piikit.DocumentError, match="sources"):
            engine.edition(document)


def test_what_is_no_json_is_refused_as_ever(engine: piikit.Engine, document: Any) -> None:
    document["sources"] = {"made up"}
    with pytest.raises(piikit.DocumentError, match="sources"):
        engine.edition(document)


def test_only_the_last_are_kept(engine: piikit.Engine, document: Any) -> None:
    first, second = (engine.edition({**document, "id": name}) for name in ("first", "second"))
    for number in range(MOST - 1):
        engine.edition({**document, "id": f"n{number}"})
        assert engine.edition({**document, "id": "second"}) is second
    assert engine.edition({**document, "id": "first"}) is not first
    assert engine.edition({**document, "id": "second"}) is second


def test_a_faulty_document_is_refused_each_time(engine: piikit.Engine, document: Any) -> None:
    document["nodes"][1]["parent"] = "nowhere"
    for lang, word in (("en", "nowhere"), ("vi", "nút")):
        with pytest.raises(piikit.DocumentError, match=word):
            engine.edition(document, lang=lang)

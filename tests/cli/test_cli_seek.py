"""The command `piikit seek`: what it seeks, what it prints, and wrong use."""

from __future__ import annotations

import json

import pytest

import piikit
from commands import runner
from piikit.cli import piikit as command

pytest.importorskip("scipy")


def run(*args: str) -> tuple[int, str]:
    done = runner().invoke(command, ["seek", str(piikit.sample()), "--area", "Bac Giang", *args])
    return done.exit_code, done.output


def test_the_moves_in_the_language_asked_for():
    code, text = run("--node", "6", "--rank", "10", "--at-most", "3", "--lang", "vi")
    assert code == 0
    assert "6 hạng không quá 10: 48 → 10, đạt" in text


def test_json_says_the_same_as_the_library():
    code, text = run("--score", "40", "--fix", "7.*", "--ends", "fixed", "--json")
    answer = json.loads(text)
    way = piikit.evaluate(piikit.sample(), "pii-2024").goalseek(
        "24",
        {"node": "PII", "metric": "score", "is": "at_least", "value": 40},
        fixed="7.*",
        ends="fixed",
    )
    assert (code, answer) == (0, json.loads(json.dumps(way.to_dict())))


def test_no_way_is_an_answer_and_no_target_is_wrong_use():
    code, text = run("--rank", "1", "--at-most", "1")
    assert code == 0
    assert "No values up to the ceilings reach every target" in text
    assert run()[0] == 2

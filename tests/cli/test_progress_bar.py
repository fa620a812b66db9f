from __future__ import annotations

import contextlib
import importlib
import io
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import piikit
from commands import called
from piikit.cli.progress import bar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, *, quiet: bool = False, last: float = 0.0) -> str:
    monkeypatch.setattr(sys, "stderr", stream)
    with bar("work", quiet=quiet, after=0.05) as tell:
        tell("Báo cáo [1]", 1, 3)
        time.sleep(last)
    return stream.getvalue()


def test_what_takes_long_shows_a_bar_with_what_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    text = shown(monkeypatch, Terminal(), last=0.3)
    assert "Báo cáo [1]" in text
    assert "1/3" in text


@pytest.mark.parametrize(
    ("stream", "quiet", "last"),
    [(Terminal(), False, 0.0), (Terminal(), True, 0.2), (io.StringIO(), False, 0.2)],
    ids=["soon over", "quiet", "no terminal"],
)
def test_else_nothing_is_shown(stream: io.StringIO, quiet: bool, last: float, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Báo cáo" not in shown(monkeypatch, stream, quiet=quiet, last=last)


def test_an_error_ends_the_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    with pytest.raises(KeyError), bar(after=0.0):
        raise KeyError


def test_forms_are_told_as_they_are_made_and_read(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    agencies = ["science-technology", "statistics"]
    made = piikit.office.write_forms(
        tmp_path, "pii-2024", "bac-giang-2024", agencies=agencies, tell=lambda *said: told.append(said)
    )
    names = [path.name for path in made]
    assert told == [(name, place, 2) for place, name in enumerate(names)]
    told.clear()
    piikit.office.collect(tmp_path, tell=lambda *said: told.append(said))
    assert told == [(name, place, 4) for place, name in enumerate(sorted(names) * 2)]


@pytest.mark.parametrize(
    "words",
    [
        ("collect", "{folder}"),
        ("template", "-e", "pii-2024", "-p", "bac-giang-2024", "-o", "{folder}"),
        ("audit", "{sample}"),
        ("evaluate", "{sample}"),
        ("merge", "{sample}", "-o", "{folder}/m.csv"),
        (
            "report",
            "{sample}",
            "-p",
            "bac-giang-2024",
            "-k",
            "agency",
            "-a",
            "statistics",
            "-o",
            "{folder}/report.docx",
        ),
    ],
    ids=lambda words: words[0],
)
def test_every_command_that_takes_long_shows_a_bar(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []

    @contextlib.contextmanager
    def noted(text: str = "", *, quiet: bool = False, after: float = 1.0) -> Iterator[Callable[..., None]]:
        shown.append(text)
        yield lambda text, done, total: shown.append(text)

    module = importlib.import_module(f"piikit.cli.{'figures' if words[0] == 'evaluate' else words[0]}")
    monkeypatch.setattr(module, "bar", noted)
    piikit.office.write_forms(tmp_path, "pii-2024", "bac-giang-2024", agencies=["statistics"])
    called(*(word.format(folder=tmp_path, sample=piikit.sample()) for word in words))
    assert any(shown)

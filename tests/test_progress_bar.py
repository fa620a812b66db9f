from __future__ import annotations

import io
import sys
import time

import pytest

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
    ("stream", "quiet", "last"), [(Terminal(), False, 0.0), (Terminal(), True, 0.2), (io.StringIO(), False, 0.2)],
    ids=["soon over", "quiet", "no terminal"],
)  # fmt: skip
def test_else_nothing_is_shown(stream: io.StringIO, quiet: bool, last: float, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Báo cáo" not in shown(monkeypatch, stream, quiet=quiet, last=last)


def test_an_error_ends_the_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    with pytest.raises(KeyError), bar(after=0.0):
        raise KeyError

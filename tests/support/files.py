"""What tests of files share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from piikit.files.origins import PART
from piikit.files.read import Read
from piikit.findings.finding import HIDDEN, Finding
from piikit.findings.messages import messages


def rows(found: Read) -> list[tuple[Any, ...]]:
    return found.frame.drop(HIDDEN.values()).drop(PART, strict=False).rows()


def codes(found: Read) -> list[tuple[str, str]]:
    return [(finding.severity, finding.code) for finding in found.findings]


def one(found: Read, code: str) -> Finding:
    """The only finding, with its texts filled in and its place named in both languages."""
    assert [finding.code for finding in found.findings] == [code]
    finding = found.findings[0]
    for lang in ("vi", "en"):
        frame = finding.frame(lang)
        assert frame["file"].null_count() == 0
        assert not frame["message"].str.contains(r"[{}]").any()
        assert f"finding.{code}.hint" in messages(lang).texts
        assert "{" not in finding.line(lang)
    return finding


@pytest.fixture
def put(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    def write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write

"""Files that cannot be read: one text a cause, in the language that was asked for."""

from __future__ import annotations

import pickle
import re
import string
from pathlib import Path

import pytest

import piikit
from piikit.findings.errors import UnreadableError
from piikit.findings.messages import messages

SOURCE = Path(piikit.__file__).parent
TEXTS = {lang: messages(lang).texts for lang in ("vi", "en")}


def raised() -> list[tuple[str, set[str]]]:
    """Every code that the source raises, with the names of its parameters."""
    text = "\n".join(file.read_text(encoding="utf-8") for file in (SOURCE / "files").rglob("*.py"))
    calls = re.findall(r"UnreadableError\(\s*\"(\w+)\"((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)", text)
    return [(code, set(re.findall(r"(\w+)=", rest))) for code, rest in calls]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_cause_has_its_text_with_its_parameters(lang: str) -> None:
    assert len(raised()) > 20
    for code, params in raised():
        text = TEXTS[lang][f"unreadable.{code}"]
        assert {name for _, name, _, _ in string.Formatter().parse(text) if name} == params, code


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_file_that_cannot_be_read_is_named_in_the_language_of_the_call(
    lang: str, tmp_path: Path, engine: piikit.Engine
) -> None:
    for name, content in (("a.csv", b'area,x\n"a,1\n'), ("b.json", b"[")):
        (tmp_path / name).write_bytes(content)
    said = {
        "vi": ("2/2 tệp không đọc được", "không có dấu đóng", "bảng json"),
        "en": ("2 of 2 files", "never closed", "json table"),
    }
    for call in (engine.findings, engine.evaluate):
        with pytest.raises(piikit.UsageError) as caught:
            call(tmp_path, "pii-2024", lang=lang)
        text = str(caught.value)
        assert all(part in text for part in (*said[lang], "\n  - a.csv: ", "\n  - b.json: "))
        assert not any(part in text for part in said["en" if lang == "vi" else "vi"])


def test_the_error_keeps_its_cause_when_it_is_sent_to_another_process() -> None:
    error = UnreadableError("null_byte", file="a.csv", at=3)
    copy = pickle.loads(pickle.dumps(error))
    assert (copy.code, copy.text("vi"), str(copy)) == (error.code, error.text("vi"), str(error))

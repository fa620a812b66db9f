"""The kit for writers: file formats that `Result.write` learns."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from piikit.files.folder import BESIDE
from piikit.findings.errors import PiikitError
from piikit.result import Result
from piikit.results.writers import Writer, files_of
from piikit.testing.kit import Kit, named_twice
from piikit.testing.strategies import edition_document

HOSTILE = (
    '=HYPERLINK("http://example.org","x")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "../../escaped",
    "C:\\escaped",
    "a,b;c\td",
    "line\nbreak",
    "| # * `",
    "Đắk Lắk",
)
"""Names of areas that a careless writer turns into a formula, a script, a path or a broken row."""
MARKUP = {".html", ".htm", ".xhtml", ".xml", ".svg"}
DELIMITED = {".csv": ",", ".tsv": "\t"}


class WriterKit(Kit):
    """Tests that every writer of a plugin must pass.

    Attributes:
        changing: suffixes of formats whose bytes differ from one time to the next, as those that hold the hour.

    >>> from types import SimpleNamespace
    >>> import piikit
    >>> @piikit.hookimpl
    ... def piikit_writers():
    ...     yield Writer(suffix=".htm", name={"vi": "trang", "en": "page"},
    ...                  render=lambda result: "".join(result.scores["area_name"]).encode())
    >>> class TestHue(WriterKit):
    ...     plugin = SimpleNamespace(__name__="hue", piikit_writers=piikit_writers)
    >>> TestHue().test_hostile_names_are_made_harmless(TestHue.subjects()["writer"][".htm"])
    Traceback (most recent call last):
    ...
    AssertionError: .htm: the name '<script>alert(1)</script>' stands in the file as it is...
    """

    changing: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def writers(cls) -> list[Writer]:
        """The writers to test."""
        names = cls.provided("writers")
        return [writer for writer in cls.plugin.piikit_writers() if writer.suffix in names] if names else []

    @classmethod
    def subjects(cls) -> dict[str, Mapping[str, Any]]:
        """The writers, by suffix."""
        return {**super().subjects(), "writer": {writer.suffix: writer for writer in cls.writers()}}

    def result(self, names: tuple[str, ...] = ("Phú An", "Quý")) -> Result:
        """A small result of areas with these names, each with a value and one without."""
        areas = [{"code": f"a{place}", "name": name} for place, name in enumerate(names)]
        nodes = [
            {"code": "I", "level": "index"},
            {"code": "x", "parent": "I", "level": "indicator", "direction": "higher"},
            {"code": "y", "parent": "I", "level": "indicator", "direction": "lower"},
        ]
        data = {
            "area": [area["code"] for area in areas],
            "x": [float(place) for place in range(len(areas))],
            "y": [None, *(-1.5 * place for place in range(1, len(areas)))],
        }
        return self.loaded().engine.evaluate(data, edition_document(nodes, areas=areas))

    def test_a_writer_says_what_it_writes(self, writer: Writer) -> None:
        """The suffix is one of a file, and the name is there in both languages."""
        sound = re.fullmatch(r"\.[a-z0-9]+(\.[a-z0-9]+)*", writer.suffix)
        assert sound, f"suffix {writer.suffix!r} must be a dot and small letters or digits, as .md"
        named_twice(writer.name, f"the name of writer {writer.suffix}", same=(f"the name of writer {writer.suffix}",))

    def test_it_gives_bytes_and_the_same_each_time(self, writer: Writer) -> None:
        """The bytes of a file, not a text, and twice the same for the same result; with decimal commas too."""
        for render in filter(None, (writer.render, writer.with_commas)):
            content = render(self.result())
            assert isinstance(content, bytes), f"{writer.suffix} gives {type(content).__name__}, not bytes"
            assert content, f"{writer.suffix} gives an empty file"
            if writer.suffix not in self.changing:
                assert content == render(self.result()), f"{writer.suffix}: the same result gave two files"

    def test_its_metadata_are_json(self, writer: Writer) -> None:
        """What stands beside a file is an object that JSON can hold, for each decimal sign that it is written with."""
        path, signs = Path(f"out{writer.suffix}"), (".", ",") if writer.with_commas is not None else (".",)
        for sign in signs if writer.metadata is not None else ():
            try:
                files_of(writer, self.result(), path, sign)
            except (TypeError, ValueError) as error:
                raise AssertionError(f"{writer.suffix}: its metadata are no JSON: {error}") from error

    def test_it_writes_whole_or_not_at_all(self, writer: Writer) -> None:
        """The file is what was rendered and the only one there; where it cannot be written nothing is left."""
        result = self.result()
        with tempfile.TemporaryDirectory() as name:
            inside = Path(name) / "inside"
            inside.mkdir()
            path = result.write(inside / f"out{writer.suffix}")
            if writer.suffix not in self.changing:
                assert path.read_bytes() == writer.render(result), f"{writer.suffix}: the file differs from its bytes"
            _only(inside, _files(path.name, writer), writer)
            try:
                result.write(inside / "nowhere" / f"out{writer.suffix}")
            except PiikitError:
                _only(inside, _files(path.name, writer), writer)
            else:
                raise AssertionError(f"{writer.suffix} wrote into a folder that is not there")

    def test_hostile_names_are_made_harmless(self, writer: Writer) -> None:
        """Names like formulas, scripts or paths: all are written, none acts, and no other file appears."""
        result = self.result(HOSTILE)
        with tempfile.TemporaryDirectory() as name:
            inside = Path(name) / "one" / "two"
            inside.mkdir(parents=True)
            content = result.write(inside / f"out{writer.suffix}").read_bytes()
            _only(inside, _files(f"out{writer.suffix}", writer), writer)
            _only(Path(name), ["one"], writer)
        if writer.suffix in MARKUP:
            text = content.decode("utf-8")
            for raw in HOSTILE:
                if "<" in raw:
                    assert raw not in text, f"{writer.suffix}: the name {raw!r} stands in the file as it is"
        if writer.suffix in DELIMITED:
            self._cells_are_harmless(content.decode("utf-8-sig"), writer.suffix)

    def _cells_are_harmless(self, text: str, suffix: str) -> None:
        for row in csv.reader(io.StringIO(text), delimiter=DELIMITED[suffix]):
            for cell in row:
                number = re.fullmatch(r"[-+]?[\d.,]+(e[-+]?\d+)?", cell, re.IGNORECASE)
                formula = cell[:1] in tuple("=+-@\t\r") and not number
                assert not formula, f"{suffix}: a spreadsheet would run the cell {cell!r} as a formula"


def _files(name: str, writer: Writer) -> list[str]:
    """The file and, where the writer has metadata, the file of these beside it."""
    return [name, name + BESIDE] if writer.metadata is not None else [name]


def _only(folder: Path, names: list[str], writer: Writer) -> None:
    found = sorted(entry.name for entry in folder.iterdir())
    assert found == sorted(names), f"{writer.suffix}: {folder.name} holds {found}, not {sorted(names)}"

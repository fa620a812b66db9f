"""The evidence that forms name: which file is meant, and whether it may be taken."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

from attrs import field, frozen

from piikit.files.safe_writing import portable

MAX_ONE, MAX_ALL = 100_000_000, 2_000_000_000
"""Bytes of one file of evidence, and of all: a scanned decision has some megabytes."""
MAX_FILES = 20_000
"""Files of the folder of evidence that are looked at."""
LONGEST = 100
"""Characters of an original name that the new name keeps, so that whole paths stay within what Windows opens."""
PIECE = 1 << 20
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_DRIVE = re.compile(r"^[A-Za-z]:|^[/\\]")
_FILE = re.compile(r"\.[A-Za-z0-9]{1,8}$")


@frozen(kw_only=True)
class Found:
    """What a text of evidence stands for.

    Attributes:
        text: one entry of what was typed.
        path: the file; None where there is none that may be taken.
        code: the finding that says why there is none; None where there is one, or where the text names a document and
            no file.
    """

    text: str
    path: Path | None = None
    code: str | None = None


@frozen(kw_only=True)
class Evidence:
    """The files of a folder, by what people may call them; links in it are not followed.

    Attributes:
        files: by their path in the folder, as it is compared.
        named: the same by their name alone.
        more: whether there are files beyond the first `MAX_FILES`, which were not looked at.
    """

    folder: Path
    files: Mapping[str, Path] = field(factory=dict)
    named: Mapping[str, Sequence[Path]] = field(factory=dict)
    links: frozenset[str] = frozenset()
    more: bool = False

    def find(self, text: str, agency: str | None) -> list[Found]:
        """What a cell of evidence names, entry by entry: they stand in lines, or between semicolons."""
        entries = [entry.strip().strip("\"'") for entry in re.split(r"[;\n]", text)]
        return [self._one(entry, agency) for entry in entries if entry]

    def _one(self, entry: str, agency: str | None) -> Found:
        if re.match(r"https?://", entry, re.I):
            return Found(text=entry)
        parts = [part for part in re.split(r"[/\\]", entry) if part not in ("", ".")]
        fileish = _FILE.search(entry) is not None
        if ".." in parts or (_DRIVE.search(entry) and fileish):
            return Found(text=entry, code="evidence_outside")
        name = _key("/".join(parts))
        for key in ((f"{_key(agency)}/{name}",) if agency else ()) + (name,):
            if key in self.links:
                return Found(text=entry, code="evidence_link")
            if key in self.files:
                return self._sized(entry, self.files[key])
        alike = self.named.get(name, ())
        if len(alike) == 1:
            return self._sized(entry, alike[0])
        if len(alike) > 1:
            return Found(text=entry, code="evidence_several")
        return Found(text=entry, code="evidence_absent" if fileish else None)

    def _sized(self, entry: str, path: Path) -> Found:
        if path.stat().st_size > MAX_ONE:
            return Found(text=entry, code="evidence_large")
        return Found(text=entry, path=path)


def evidence_in(folder: Path) -> Evidence:
    """The regular files of a folder and its subfolders; of a folder that is not there, none."""
    files: dict[str, Path] = {}
    named: dict[str, list[Path]] = {}
    links: set[str] = set()
    if folder.is_symlink():
        return Evidence(folder=folder)
    for place, folders, names in os.walk(folder, followlinks=False):
        folders.sort()
        for name in sorted([*names, *folders]):
            path = Path(place) / name
            key = _key(path.relative_to(folder).as_posix())
            if path.is_symlink():
                links.add(key)
            elif path.is_file() and key not in files:
                if len(files) == MAX_FILES:
                    return Evidence(folder=folder, files=files, named=named, links=frozenset(links), more=True)
                files[key] = path
                named.setdefault(key.rpartition("/")[2], []).append(path)
    return Evidence(folder=folder, files=files, named=named, links=frozenset(links))


def _key(name: str) -> str:
    """A path as it is compared: whatever the form of Unicode and the case, as people type it."""
    return unicodedata.normalize("NFC", name).casefold()


def new_name(code: str, number: int, original: str) -> str:
    """The name of a file of evidence in a dossier: what no system refuses, and nothing that hides the ending.

    >>> new_name("1.1.2", 1, "QĐ 12/QĐ-UBND: thư mục?.pdf")
    '1.1.2_01_QĐ 12-QĐ-UBND- thư mục-.pdf'
    """
    shown = "".join(sign for sign in unicodedata.normalize("NFC", original) if unicodedata.category(sign) != "Cf")
    plain = _UNSAFE.sub("-", shown).strip(" .") or "-"
    stem, dot, suffix = plain.rpartition(".")
    if dot and len(suffix) <= 8:
        plain = f"{stem[: LONGEST - len(suffix)].rstrip()}.{suffix}"
    return portable(f"{_UNSAFE.sub('-', code)}_{number:02d}_{plain[: LONGEST + 1]}")


def copied(source: Path, target: Path) -> tuple[str, int]:
    """Copy a file, and say its SHA-256 and how many bytes it has; more than `MAX_ONE` are never written."""
    digest, size = hashlib.sha256(), 0
    # O_NOFOLLOW where there is such a thing: what was a file when it was found may be a link by now.
    handle = os.open(source, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as file, target.open("xb") as out:
        while (piece := file.read(PIECE)) and size <= MAX_ONE:
            digest.update(piece)
            size += len(piece)
            out.write(piece)
    return digest.hexdigest(), size

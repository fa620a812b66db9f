"""The zip package that a workbook is: opened within limits, so that no file can fill the memory."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from html import unescape

from attrs import field, frozen

from piikit.errors import UsageError

MAX_PARTS = 10_000
"""Parts of a package: a workbook of 200 sheets with charts has about one thousand."""
MAX_UNPACKED = 500_000_000
"""Bytes of all parts together: a million rows of six columns are about 200 MB."""
MAX_RATIO = 200
"""How far a part may have been packed: sheets of empty formatted cells reach about 60, a zip bomb 1,000."""
FREE = 1_000_000
"""Bytes of a part below which the ratio says nothing."""
ENCRYPTED = b"\xd0\xcf\x11\xe0"
"""How a container of Microsoft's older format begins: an encrypted workbook, or one of Excel 97-2003."""
LOCAL_HEADER = 30
_ROOT = re.compile(rb"<[^!?]")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s([^>]*)>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s([^>]*)>")
_ATTRIBUTE = re.compile(rb"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


def attributes(tag: bytes) -> dict[str, str]:
    """The attributes in the text of a tag, without prefixes."""
    return {
        key.decode().rpartition(":")[2]: unescape((double or single).decode("utf-8", errors="replace"))
        for key, double, single in _ATTRIBUTE.findall(tag)
    }


@frozen(kw_only=True)
class Package:
    """An opened workbook.

    Attributes:
        file: its name, for messages.
        content: its bytes.
        parts: by path, what the directory of the package says of each part.
    """

    file: str
    content: bytes = field(repr=False)
    parts: dict[str, zipfile.ZipInfo] = field(repr=False)

    def part(self, path: str) -> bytes:
        """The XML of a part; never more of it than its directory promised.

        Raises:
            UsageError: the part is not there, is damaged, or declares a document type.
        """
        info = self.parts.get(path)
        if info is None:
            raise UsageError(f"{self.file}: no part {path} inside; this is no xlsx workbook: save it again as xlsx")
        xml = self._unpacked(info)
        root = _ROOT.search(xml)
        if b"<!" in xml[: root.start() if root else None].replace(b"<!--", b"") or b"\0" in xml[:200]:
            raise UsageError(f"{self.file}: {path} declares a document type or is no UTF-8; no spreadsheet writes that")
        return xml

    def _unpacked(self, info: zipfile.ZipInfo) -> bytes:
        at = info.header_offset
        header = self.content[at : at + LOCAL_HEADER]
        if len(header) < LOCAL_HEADER or info.flag_bits & 1:
            raise UsageError(f"{self.file}: {info.filename} is encrypted or cut off: save the workbook again as xlsx")
        start = at + LOCAL_HEADER + sum(struct.unpack("<HH", header[26:30]))
        packed = memoryview(self.content)[start : start + info.compress_size]
        if info.compress_type == zipfile.ZIP_STORED:
            data, ended = bytes(packed), True
        else:
            inflate = zlib.decompressobj(-zlib.MAX_WBITS)
            try:
                data = inflate.decompress(packed, info.file_size + 1)
                ended = inflate.eof
            except zlib.error:
                data, ended = b"", False
        if not ended or len(data) != info.file_size or zlib.crc32(data) != info.CRC:
            raise UsageError(f"{self.file}: {info.filename} is damaged or not what its directory says: send it again")
        return data

    def sheets(self) -> list[tuple[str, str]]:
        """Names and paths of the worksheets, in the order of the tabs."""
        self.part("[Content_Types].xml")  # a package that lost its first part was cut
        targets = {}
        for tag in _RELATION.findall(self.part("xl/_rels/workbook.xml.rels")):
            relation = attributes(tag)
            if relation.get("Type", "").endswith("/worksheet"):
                target = relation.get("Target", "")
                targets[relation.get("Id")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        tags = [attributes(tag) for tag in _SHEET.findall(self.part("xl/workbook.xml"))]
        return [(tag.get("name", ""), targets[tag["id"]]) for tag in tags if tag.get("id") in targets]


def opened(content: bytes, file: str) -> Package:
    """The package of a workbook, if it keeps within the limits.

    Raises:
        UsageError: encrypted, of another format, cut off, or larger unpacked than the limits allow.
    """
    if content.startswith(ENCRYPTED):
        raise UsageError(
            f"{file}: encrypted with a password, or of the old format xls: save it as xlsx without a password"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as error:
        raise UsageError(f"{file}: not a whole xlsx file ({error}); it was cut off, or is of another format") from error
    if len(infos) > MAX_PARTS:
        raise UsageError(f"{file}: {len(infos)} parts inside, more than the {MAX_PARTS} a workbook may have")
    unpacked = sum(info.file_size for info in infos)
    if unpacked > MAX_UNPACKED:
        raise UsageError(f"{file}: {unpacked} bytes unpacked, more than the {MAX_UNPACKED} a workbook may have")
    for info in infos:
        if info.file_size > FREE and info.file_size > MAX_RATIO * max(info.compress_size, 1):
            raise UsageError(
                f"{file}: {info.filename} unpacks from {info.compress_size} to {info.file_size} bytes, more than "
                f"{MAX_RATIO} times; this is no table: save the used rows alone in a new workbook"
            )
    parts = {info.filename: info for info in infos}
    if len(parts) != len(infos):
        raise UsageError(f"{file}: a part stands twice inside; save the workbook again as xlsx")
    return Package(file=file, content=content, parts=parts)

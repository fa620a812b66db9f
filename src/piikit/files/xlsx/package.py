"""The zip package that a workbook is: opened within limits, so that no file can fill the memory."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from html import unescape

from attrs import field, frozen

from piikit.findings.errors import UnreadableError

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
            UnreadableError: the part is not there, is damaged, or declares a document type.
        """
        info = self.parts.get(path)
        if info is None:
            raise UnreadableError("no_part", file=self.file, part=path)
        xml = self._unpacked(info)
        root = _ROOT.search(xml)
        if b"<!" in xml[: root.start() if root else None].replace(b"<!--", b"") or b"\0" in xml[:200]:
            raise UnreadableError("document_type", file=self.file, part=path)
        return xml

    def _unpacked(self, info: zipfile.ZipInfo) -> bytes:
        at = info.header_offset
        header = self.content[at : at + LOCAL_HEADER]
        if len(header) < LOCAL_HEADER or info.flag_bits & 1:
            raise UnreadableError("part_cut_off", file=self.file, part=info.filename)
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
            raise UnreadableError("part_damaged", file=self.file, part=info.filename)
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
        UnreadableError: encrypted, of another format, cut off, or larger unpacked than the limits allow.
    """
    if content.startswith(ENCRYPTED):
        raise UnreadableError("encrypted", file=file)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as error:
        raise UnreadableError("not_xlsx", file=file, reason=str(error)) from error
    if len(infos) > MAX_PARTS:
        raise UnreadableError("many_parts", file=file, n=len(infos), limit=MAX_PARTS)
    unpacked = sum(info.file_size for info in infos)
    if unpacked > MAX_UNPACKED:
        raise UnreadableError("large_workbook", file=file, bytes=unpacked, limit=MAX_UNPACKED)
    for info in infos:
        if info.file_size > FREE and info.file_size > MAX_RATIO * max(info.compress_size, 1):
            raise UnreadableError(
                "packed_too_far",
                file=file,
                part=info.filename,
                packed=info.compress_size,
                bytes=info.file_size,
                limit=MAX_RATIO,
            )
    parts = {info.filename: info for info in infos}
    if len(parts) != len(infos):
        raise UnreadableError("part_twice", file=file)
    return Package(file=file, content=content, parts=parts)

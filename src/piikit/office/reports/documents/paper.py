"""A document of Word while it is written, laid out as Decree 30/2020/NĐ-CP (Appendix I) asks."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Sequence
from typing import Any

import docx
from attrs import define, field
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from piikit.files.xlsx.write import text as without_controls
from piikit.findings.messages import Lang

FONT = "Times New Roman"
BODY, TABLE, NOTE = 13, 11, 11
"""Sizes in points: 13 to 14 for the body (Appendix I, II.6); tables are smaller so that their columns fit."""
PAGE = (210, 297)
MARGINS = {"top": 20, "bottom": 20, "left": 30, "right": 15}
"""Millimetres: within 20-25, 20-25, 30-35 and 15-20 (Appendix I, I.4)."""
INDENT = 10
"""Millimetres that the first line of a paragraph is set in: 1 or 1.27 cm."""
MADE = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
"""The date in every document's properties: the same result gives the same bytes."""
_OPENING = re.compile("[\u202a\u202b\u202d\u202e]")
_ISOLATING = re.compile("[\u2066\u2067\u2068]")
_LETTERS = "abcdđeghiklmnopqrstuvxy"
"""The letters of points in the order of the Vietnamese alphabet, which has no f, j, w and z."""


def own_text(value: Any) -> str:
    r"""A text from a document: no control characters, and writing that is turned is turned back at its end.

    >>> own_text("a\x00b"), own_text("\u202eabc").endswith("\u202c")
    ('a�b', True)
    """
    clean = without_controls(value)
    turns = len(_OPENING.findall(clean)) - clean.count("\u202c")
    apart = len(_ISOLATING.findall(clean)) - clean.count("\u2069")
    return clean + "\u202c" * max(turns, 0) + "\u2069" * max(apart, 0)


def roman(number: int) -> str:
    """A number below 40 in Roman figures, as parts of a report are counted.

    >>> roman(4), roman(9), roman(12)
    ('IV', 'IX', 'XII')
    """
    return "X" * (number // 10) + ["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"][number % 10]


@define
class Paper:
    """A document while it is written: parts are counted, and so are tables and pictures."""

    lang: Lang
    file: Any = field(factory=docx.Document)
    counts: list[int] = field(factory=lambda: [0, 0, 0])
    tables: int = 0
    pictures: int = 0

    def __attrs_post_init__(self) -> None:
        self.file._body.clear_content()
        _set_styles(self.file)
        _lay(self.file.sections[0])
        about = self.file.core_properties
        about.author = about.last_modified_by = about.comments = about.keywords = ""
        about.created = about.modified = MADE
        about.revision = 1
        about.language = "vi-VN" if self.lang == "vi" else "en-GB"

    # -- text ----------------------------------------------------------------------------------------------------

    def line(
        self,
        text: str,
        *,
        within: Any = None,
        size: float = BODY,
        bold: bool = False,
        italic: bool = False,
        align: str = "justify",
        indent: float = 0,
        before: float = 0,
        after: float = 6,
        keep: bool = False,
    ) -> Any:
        """A paragraph; `within` is a cell, `indent` the millimetres of its first line."""
        paragraph = (within or self.file).add_paragraph()
        self.run(paragraph, text, size=size, bold=bold, italic=italic)
        shape = paragraph.paragraph_format
        paragraph.alignment = getattr(ALIGN, align.upper())
        shape.first_line_indent, shape.space_before, shape.space_after = Mm(indent), Pt(before), Pt(after)
        shape.keep_with_next = keep or text.endswith(":")  # what is announced stands on the same page
        return paragraph

    def run(self, paragraph: Any, text: str, *, size: float = BODY, bold: bool = False, italic: bool = False) -> None:
        """A piece of text at the end of a paragraph."""
        run = paragraph.add_run(own_text(text))
        run.font.size, run.bold, run.italic = Pt(size), bold, italic

    def say(self, *sentences: str) -> None:
        """A paragraph of the body, of the sentences that are there."""
        said = " ".join(sentence for sentence in sentences if sentence)
        if said:
            self.line(said, indent=INDENT)

    def point(self, text: str) -> None:
        """An item of a list, begun with a dash."""
        self.line(f"- {text}", indent=INDENT)

    def keep_last(self) -> None:
        """Keep the last paragraph on the page of what follows."""
        last = self.file.paragraphs[-1:]
        for paragraph in last:
            paragraph.paragraph_format.keep_with_next = True

    def blank(self, lines: int = 3) -> None:
        """Lines of dots, to be filled by hand."""
        for _ in range(lines):
            self.line("…" * 32, align="left", indent=INDENT)

    def heading(self, level: int, text: str) -> None:
        """A heading, counted: I., 1., a)."""
        self.counts[level - 1] += 1
        self.counts[level:] = [0] * (3 - level)
        number = self.counts[level - 1]
        mark = (f"{roman(number)}.", f"{number}.", f"{_LETTERS[(number - 1) % len(_LETTERS)]})")[level - 1]
        paragraph = self.file.add_paragraph(style=f"Heading {level}")
        paragraph.add_run(own_text(f"{mark} {text.upper() if level == 1 else text}"))

    def framed(self, lines: Sequence[str]) -> None:
        """Lines in a frame: what a reader must know before all else."""
        for line in lines:
            paragraph = self.line(line, size=BODY - 1, bold=True, align="left", before=0, after=0)
            edges = OxmlElement("w:pBdr")
            for side in ("top", "left", "bottom", "right"):
                edges.append(_element(f"w:{side}", val="single", sz="8", space="4", color="9C2A00"))
            _before_spacing(paragraph, edges)

    def rule(self, within: Any, *, width: float, share: float) -> None:
        """A line across a share of a width in millimetres, in the middle."""
        paragraph = self.line("", within=within, size=1, align="center", before=0, after=0)
        paragraph.paragraph_format.line_spacing = Pt(4)
        side = Mm(width * (1 - share) / 2)
        paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = side
        edges = OxmlElement("w:pBdr")
        edges.append(_element("w:top", val="single", sz="6", space="1", color="auto"))
        _before_spacing(paragraph, edges)

    # -- tables and pictures -------------------------------------------------------------------------------------

    def grid(self, widths: Sequence[float]) -> Any:
        """A table of one row without lines, for what stands side by side; widths in millimetres."""
        table = self.file.add_table(rows=1, cols=len(widths))
        _set_widths(table, widths)
        table._tbl.tblPr.append(_no_margins())
        for cell in table.rows[0].cells:
            cell._element.remove(cell.paragraphs[0]._element)
        return table

    def table(
        self,
        caption: str | None,
        columns: Sequence[tuple[str, float]],
        rows: Sequence[Sequence[str]],
        *,
        right: Sequence[int] = (),
    ) -> None:
        """A table whose head is repeated on every page.

        Args:
            caption: its title, counted; None for a table without one.
            columns: heading and width in millimetres of each.
            rows: the texts of the cells.
            right: the places of columns of figures, set to the right.
        """
        if caption is not None:
            self.tables += 1
            word = "Bảng" if self.lang == "vi" else "Table"
            self.line(f"{word} {self.tables}. {caption}", bold=True, size=NOTE + 1, align="center", before=6, keep=True)
        table = self.file.add_table(rows=0, cols=len(columns), style="Table Grid")
        head = table.add_row()
        for cell, (label, _) in zip(head.cells, columns, strict=True):
            self._fill(cell, label, bold=True, align="center")
        head._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        for texts in rows:
            row = table.add_row()
            row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
            for place, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
                self._fill(cell, text, align="right" if place in right else "left")
        _set_widths(table, [width for _, width in columns])
        self.line("", size=4, before=0, after=0)

    def _fill(self, cell: Any, text: str, *, bold: bool = False, align: str = "left") -> None:
        paragraph = cell.paragraphs[0]
        self.run(paragraph, text, size=TABLE, bold=bold)
        paragraph.alignment = getattr(ALIGN, align.upper())
        paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1)

    def picture(self, content: bytes, caption: str, alternative: str) -> None:
        """A picture over the width of the text, with its caption below and a text for those who cannot see it."""
        self.pictures += 1
        paragraph = self.line("", align="center", before=6, after=0, keep=True)
        inline = paragraph.add_run().add_picture(io.BytesIO(content), width=Mm(160))._inline
        inline.docPr.set("name", f"chart-{self.pictures}")
        inline.docPr.set("descr", own_text(alternative))
        word = "Hình" if self.lang == "vi" else "Figure"
        self.line(f"{word} {self.pictures}. {caption}", italic=True, size=NOTE + 1, align="center", after=6)

    # -- pages and bytes -----------------------------------------------------------------------------------------

    def landscape(self) -> None:
        """A new part on landscape pages, whose numbers begin anew."""
        section = self.file.add_section(WD_SECTION.NEW_PAGE)
        _lay(section, landscape=True)
        section._sectPr.append(_element("w:pgNumType", start="1"))

    def content(self, title: str) -> bytes:
        """The bytes of the document; the same content gives the same bytes."""
        self.file.core_properties.title = own_text(title)[:255]
        buffer, fixed = io.BytesIO(), io.BytesIO()
        self.file.save(buffer)
        with zipfile.ZipFile(buffer) as made, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as kept:
            for entry in made.infolist():
                # The zip holds the clock's time of each part; here it holds none.
                about = zipfile.ZipInfo(entry.filename, date_time=MADE.timetuple()[:6])
                about.compress_type = zipfile.ZIP_DEFLATED
                kept.writestr(about, made.read(entry))
        return fixed.getvalue()


# -- the XML beneath ---------------------------------------------------------------------------------------------


def _element(name: str, **attributes: str) -> Any:
    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def _before_spacing(paragraph: Any, edges: Any) -> None:
    """Put borders where the schema of Word wants them: before spacing, indents and alignment."""
    properties = paragraph._p.get_or_add_pPr()
    later = [child for child in properties if child.tag in {qn("w:spacing"), qn("w:ind"), qn("w:jc")}]
    if later:
        later[0].addprevious(edges)
    else:
        properties.append(edges)


def _no_margins() -> Any:
    """Cells whose text begins at their edge, so that long names of bodies fit."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(_element(f"w:{side}", w="0", type="dxa"))
    return margins


def _set_widths(table: Any, widths: Sequence[float]) -> None:
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)


def _set_styles(file: Any) -> None:
    """One face of letters, black; the headings of a report are no larger than its text."""
    for name in ("Normal", "Heading 1", "Heading 2", "Heading 3"):
        style = file.styles[name]
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        fonts.attrib.clear()
        for script in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{script}"), FONT)
        style.font.size = Pt(BODY)
        if name != "Normal":
            style.font.bold, style.font.italic = name != "Heading 3", name == "Heading 3"
            color = style.element.rPr.find(qn("w:color"))
            if color is not None:
                style.element.rPr.remove(color)
            style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(6), Pt(6)
            style.paragraph_format.first_line_indent = Mm(INDENT)
            style.paragraph_format.keep_with_next = True


def _lay(section: Any, *, landscape: bool = False) -> None:
    """A4, the margins, and the number of the page in the middle above, from the second page on."""
    across, along = PAGE[::-1] if landscape else PAGE
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(across), Mm(along)
    for side, width in MARGINS.items():
        setattr(section, f"{side}_margin", Mm(width))
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = True
    if landscape:
        return  # the header is that of the section before
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = ALIGN.CENTER
    run = paragraph.add_run()
    run.font.size = Pt(BODY)
    for kind, code in (("begin", None), (None, "PAGE"), ("end", None)):
        if kind is not None:
            run._r.append(_element("w:fldChar", fldCharType=kind))
        else:
            instruction = OxmlElement("w:instrText")
            instruction.text = code
            run._r.append(instruction)

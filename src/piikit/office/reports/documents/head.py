"""The head and the foot of a report: national heading, number and date, name, signature and recipients.

Source: Decree 30/2020/NĐ-CP on the work with documents, Appendix I, parts II and III.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from piikit.findings.messages import Messages
from piikit.office.reports.documents.paper import Paper
from piikit.office.reports.letterhead import Letterhead

DOTS = "……………………"
"""Stands where something is to be filled by hand."""
LEFT, RIGHT = 70, 95
"""Millimetres of the two halves of the head: 165 between the margins."""


def number_line(given: Letterhead, words: Messages) -> str:
    """The number and letters of the document, with room where they are missing."""
    return words.text("document.head.number", number=given.number or "      ", letters=given.abbreviation or "……")


def attached_line(given: Letterhead, words: Messages, *, issuer: str | None) -> str:
    """Which document an annex belongs to: its number, its day and who wrote it."""
    number = f"{given.number or '……'}/BC-{given.abbreviation or '……'}"
    return words.text(
        "document.annex.attached", number=number, day=day_line(given.date, words), issuer=given.issuer or issuer or DOTS
    )


def day_line(day: date | None, words: Messages) -> str:
    """A day in words: day and month below 10 (the decree: days below 10, January and February) with a nought before."""
    if day is None:
        return words.text("document.head.day", day="…", month="…", year="……")
    # The decree asks for the nought on days below 10 and on months 1 and 2; English follows it.
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return words.text("document.head.day", day=f"{day.day:02d}", month=month, year=str(day.year))


def head(paper: Paper, given: Letterhead, words: Messages, *, title: str, issuer: str | None) -> None:
    """The head: who writes, the national heading, number, place and date, the name of the report, to whom it goes.

    Args:
        paper: where to.
        given: what is known of it.
        words: the texts.
        title: what the report is about.
        issuer: who writes it, where the letterhead does not say.
    """
    grid = paper.grid((LEFT, RIGHT))
    left, right = grid.rows[0].cells
    if given.superior != "":
        paper.line((given.superior or DOTS).upper(), within=left, size=12, align="center", before=0, after=0)
    own = (given.issuer or issuer or DOTS).upper()
    paper.line(own, within=left, size=12, bold=True, align="center", before=0, after=0)
    paper.rule(left, width=LEFT, share=0.4)
    paper.line(number_line(given, words), within=left, align="center", before=6, after=0)
    state, motto = (words.text(f"document.head.{key}") for key in ("state", "motto"))
    paper.line(state, within=right, size=12, bold=True, align="center", before=0, after=0)
    paper.line(motto, within=right, size=13, bold=True, align="center", before=0, after=0)
    paper.rule(right, width=RIGHT, share=0.62)
    when = f"{given.place or DOTS}, {day_line(given.date, words)}"
    paper.line(when, within=right, italic=True, align="center", before=6, after=0)
    paper.line(words.text("document.head.kind"), size=14, bold=True, align="center", before=14, after=0)
    paper.line(title, size=14, bold=True, align="center", before=0, after=0)
    paper.rule(None, width=165, share=0.3)
    _addressees(paper, given.addressee, words)


def _addressees(paper: Paper, names: Sequence[str] | None, words: Messages) -> None:
    to = words.text("document.head.to")
    if names is None:
        paper.line(f"{to} {DOTS}{DOTS}", align="center", before=8, after=6)
    elif len(names) == 1:
        paper.line(f"{to} {names[0]}", align="center", before=8, after=6)
    elif names:
        paper.line(to, align="left", indent=30, before=8, after=0)
        for place, name in enumerate(names):
            paper.line(f"- {name}{'.' if place == len(names) - 1 else ';'}", align="left", indent=40, before=0, after=0)


def foot(paper: Paper, given: Letterhead, words: Messages) -> None:
    """The recipients on the left, who signs on the right."""
    paper.keep_last()  # a signature never stands on a page of its own
    paper.line("", size=6, keep=True)
    grid = paper.grid((LEFT + 14, RIGHT - 14))
    left, right = grid.rows[0].cells
    paper.line(
        words.text("document.foot.recipients"),
        within=left,
        size=12,
        bold=True,
        italic=True,
        align="left",
        before=0,
        after=0,
    )
    kept = words.text("document.foot.archive")
    above = [words.text("document.foot.as_above")] if given.addressee != () else []
    known = [entry.rstrip(" ;.") for entry in given.recipients or ()]
    listed = [DOTS] if given.recipients is None else [entry for entry in known if entry not in above]
    rest = [entry for entry in listed if not entry.startswith(kept.split(":", maxsplit=1)[0])]
    own = [entry for entry in listed if entry not in rest] or [kept]
    for entry in (*above, *rest):
        paper.line(f"- {entry};", within=left, size=11, align="left", before=0, after=0)
    for entry in own:
        paper.line(f"- {entry}.", within=left, size=11, align="left", before=0, after=0)
    signer = given.signer
    if signer.authority != "":
        paper.line((signer.authority or DOTS).upper(), within=right, bold=True, align="center", before=0, after=0)
    if signer.position != "":
        paper.line((signer.position or DOTS).upper(), within=right, bold=True, align="center", before=0, after=0)
    for _ in range(4):
        paper.line("", within=right, before=0, after=0)
    paper.line(signer.name or DOTS, within=right, bold=True, align="center", before=0, after=0)

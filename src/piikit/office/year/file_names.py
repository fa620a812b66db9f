"""What the folders and files of a year are called, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

SETTINGS = "year.json"
"""The document of a year's folder, under one name in both languages: it marks the folder."""
STATE = "year-state.json"
"""What piikit wrote into the folder, and from which inputs."""
HIDDEN = ".piikit"
"""The folder of the lock, and of files on their way to their place."""


@frozen(kw_only=True)
class Places:
    """Names inside the folder of a year, in one language. Those of figures have no suffix: any format of data will do.

    Attributes:
        forms, returned, figures, results, reports: the subfolders.
        others: figures of the other areas, for scores and ranks.
        published: published scores and ranks; `bounds` published ends of normalisation.
        last: figures of last year; `baseline` published scores of the baseline.
        progress: what is known of the tasks; `decisions` what was decided on figures that were sent.
        accepted: the merged table; `found` the findings on the forms, `open` the figures that wait for a
            decision, `faults` those on the figures as a whole.
        result, tasks: files of results; `dossier` the folder with what the Ministry's form needs.
        evidence: the folder among the figures that holds evidence.
        newer: what stands in the name of a new version beside a file that somebody changed.
    """

    forms: str
    returned: str
    figures: str
    results: str
    reports: str
    readme: str
    next: str
    others: str
    published: str
    bounds: str
    last: str
    baseline: str
    progress: str
    decisions: str
    accepted: str
    found: str
    open: str
    faults: str
    result: str
    tasks: str
    dossier: str
    evidence: str
    province: str
    ministry: str
    agency: str
    newer: str

    @property
    def folders(self) -> tuple[str, ...]:
        """The subfolders in the order of the work."""
        return (self.forms, self.returned, self.figures, self.results, self.reports)


VIETNAMESE = Places(
    forms="1-bieu-mau",
    returned="2-nop-ve",
    figures="3-so-lieu",
    results="4-ket-qua",
    reports="5-bao-cao",
    readme="DOC-TRUOC.txt",
    next="VIEC-TIEP-THEO.txt",
    others="cac-tinh",
    published="cong-bo",
    bounds="bien",
    last="nam-truoc",
    baseline="cong-bo-nam-truoc",
    progress="tien-do",
    decisions="quyet-dinh",
    accepted="tong-hop.csv",
    found="loi-bieu-mau.xlsx",
    open="cho-quyet-dinh.xlsx",
    faults="loi-so-lieu.xlsx",
    result="ket-qua",
    tasks="nhiem-vu.xlsx",
    dossier="ho-so-gui-bo",
    evidence="minh-chung",
    province="bao-cao-tinh.docx",
    ministry="bao-cao-bo.docx",
    agency="bao-cao-co-quan_{agency}.docx",
    newer="mới",
)
ENGLISH = Places(
    forms="1-forms",
    returned="2-returned",
    figures="3-figures",
    results="4-results",
    reports="5-reports",
    readme="README.txt",
    next="NEXT.txt",
    others="others",
    published="published",
    bounds="bounds",
    last="last-year",
    baseline="last-year-published",
    progress="progress",
    decisions="decisions",
    accepted="merged.csv",
    found="findings-forms.xlsx",
    open="to-decide.xlsx",
    faults="findings-figures.xlsx",
    result="result",
    tasks="tasks.xlsx",
    dossier="dossier-ministry",
    evidence="evidence",
    province="report-province.docx",
    ministry="report-ministry.docx",
    agency="report-agency_{agency}.docx",
    newer="new",
)
PLACES: Mapping[str, Places] = {"vi": VIETNAMESE, "en": ENGLISH}

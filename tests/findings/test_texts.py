"""Every text for people is in the catalogue, in both languages; every text there is used, with what it shows."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator

import pytest

from people_texts import calls, constants, patterns, sentences, trees, vocabulary
from piikit.findings.messages import Messages, messages

TEXTS = {lang: messages(lang).texts for lang in ("vi", "en")}
FAMILIES = {
    "UsageError": "usage.",
    "UnreadableError": "unreadable.",
    "MissingExtraError": "missing_extra.",
    "PluginError": "plugin.",
    "Phrase": "",
}
"""What makes a text of the catalogue from its code, and what the keys of these texts begin with."""

OPEN = ("analysis/", "cli/", "office/", "testing/", "result.py", "__main__.py")
"""Where the texts have not been looked at yet."""
ELSEWHERE = {
    # A language that is neither: there is none to say it in.
    "findings/messages.py": ["lang must be 'vi' or 'en', not {}"],
    # What people write into tables, to be read, not said.
    "files/headers.py": ["tỉnh/thành phố", "tỉnh, thành phố"],
    "inputs/checks/numbers.py": ["không có số liệu", "chưa có số liệu", "không có dữ liệu", "chưa có dữ liệu"],
    # Titles of works, which are not translated.
    "framework/methods/aggregate.py": [
        "OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 6",
    ],
    "framework/methods/impute.py": [
        "OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 3",
    ],
    "framework/methods/normalise.py": [
        "OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 5",
    ],
    "framework/methods/treat.py": ["W. Becker, COINr 1.1.14 (R package)"],
    # Fields of an edition's document that have one language by its schema.
    "inputs/coinr/project.py": ["COINr project: iData, iMeta", "as stated in iMeta"],
}


def fields(template: str) -> Iterator[tuple[str, bool]]:
    """What a text shows, and whether it only chooses a word by it."""
    for _, name, spec, _ in string.Formatter().parse(template):
        if name is not None:
            yield name, bool(spec)


# -- from the source to the catalogue ------------------------------------------------------------------------------


def test_no_sentence_stands_outside_the_catalogue() -> None:
    found = {path: [text for _, text in sentences(tree)] for path, tree in trees().items() if not path.startswith(OPEN)}
    found = {path: texts for path, texts in found.items() if texts and not path.startswith("indicators/")}
    assert found == ELSEWHERE


def test_a_sentence_is_found_wherever_it_stands() -> None:
    code = '''
def f(x):
    """Not this text for people."""
    raise UsageError(f"there is no {x} here", help="nor this one here")

NAMES = {"vi": "một hai ba", "en": "nor this one here"}
say("this is" if x else f"that one {'is one text'} too")
re.compile("nor this one here")
'''
    found = [text for _, text in sentences(ast.parse(code))]
    assert found == ["there is no {} here", "that one {} too", "is one text"]


@pytest.mark.parametrize("lang", TEXTS)
def test_every_text_that_is_asked_for_is_there_and_gets_what_it_shows(lang: str) -> None:
    checked = 0
    for path, tree in trees().items():
        for name, call in calls(tree):
            code = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None
            if name not in FAMILIES or not isinstance(code, str) or path.startswith(OPEN):
                continue
            key = FAMILIES[name] + code
            assert key in TEXTS[lang], f"{path}: {key}"
            given = {keyword.arg for keyword in call.keywords}
            shown = {field for field, _ in fields(TEXTS[lang][key])}
            assert None in given or shown <= given, f"{path}: {key} shows {sorted(shown - given)}"
            checked += 1
    assert checked > 200


# -- from the catalogue to the source ------------------------------------------------------------------------------


def used(key: str) -> bool:
    """Whether the source asks for a key: as it stands, as the code of an error, or put together from known words."""
    if {key, key.removeprefix(REPORTS)} & constants():
        return True
    for family in FAMILIES.values():
        if family and key.startswith(family) and key.removeprefix(family) in constants():
            return True
    return any(
        all(part in vocabulary() for group in match.groups() for part in group.split("."))
        for pattern in patterns()
        if (match := pattern.fullmatch(key) or pattern.fullmatch(key.removeprefix(REPORTS))) is not None
    )


REPORTS = "document."
"""What the keys of reports begin with, which ask for their texts without it."""
BY_RULE = (
    # The keywords of JSON Schema, the columns of sheets that are read by their fields, and a reason without its date.
    r"schema\.\w+",
    r"book\.heading\.[\w$]+",
    r"task_reason\.\w+_undated",
    r"(low|high)_reason\.\w+",
)
"""Keys that are put together from what stands in schemas and frames."""


def test_every_text_is_used() -> None:
    unused = [key for key in TEXTS["en"] if not used(key) and not any(re.fullmatch(rule, key) for rule in BY_RULE)]
    assert unused == []


# -- one and several -----------------------------------------------------------------------------------------------

COUNTED = re.compile(r"\{(\w+)\} (?:(?:more|other|published) )?([a-z]+s|children)\b")
"""A parameter before a word that may be a plural."""
NO_PLURAL = {
    "is",
    "has",
    "was",
    "does",
    "stands",
    "names",
    "describes",
    "holds",
    "leads",
    "rises",
    "takes",
    "asks",
    "sets",
    "gives",
    "uses",
    "belongs",
    "leaves",
    "shows",
    "goes",
    "scores",
    "differs",
    "declares",
    "becomes",
    "yields",
    "stays",
    "rests",
    "needs",
    "unpacks",
    "equals",
    "ranks",
    "means",
    "supplies",
    "reads",
    "lists",
    "this",
    "as",
}
MANY = {
    # Limits, and figures written with decimals.
    "limit",
    "signs",
    "score",
    "points",
    "gap",
    "median",
    "figure",
    # Several by their nature.
    "usage.several n",
    "finding.unit_slip.message times",
    "unreadable.too_many_values rows",
    "unreadable.too_many_values columns",
    "plugin.check_answers of",
    "plugin.failed total",
    "finding.more_findings.message shown",
    "finding.more_findings.group shown",
}
"""Parameters that are never 1, or a key with one."""


def test_counted_words_are_singular_for_one() -> None:
    wrong = [
        (key, match[0])
        for key, text in TEXTS["en"].items()
        for match in COUNTED.finditer(text)
        if match[2] not in NO_PLURAL and not {match[1], f"{key} {match[1]}"} & MANY
    ]
    assert wrong == []


def test_one_error_and_two_errors() -> None:
    words = messages("en")
    assert words.text("label.findings", error=1, warning=2, info=0) == "1 error, 2 warnings, 0 remarks"
    assert words.text("severity.error", n=1) == "Error"
    vietnamese = messages("vi")
    assert vietnamese.text("label.findings", error=1, warning=2, info=0) == "1 lỗi, 2 cảnh báo, 0 lưu ý"


def test_no_text_shows_what_it_does_not_get() -> None:
    own = Messages(lang="en", texts={"a": "{n} {n:row|rows} of {all}"})
    assert own.text("a", n="1", all=3) == "1 row of 3"
    with pytest.raises(KeyError):
        own.text("a", n=1)

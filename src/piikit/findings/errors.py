"""The family of errors that piikit raises: one at the edge of a call, carrying every finding at once."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

from piikit.findings.finding import Findings
from piikit.findings.messages import LANGUAGES, Lang, Phrase, Translatable, messages

if TYPE_CHECKING:
    import polars as pl


class PiikitError(Exception, Translatable):
    """Any failure that piikit foresees; catch this one to catch them all.

    Most code knows no language: it raises the code of a text and what the text needs, and whoever was asked in a
    language says it (`told_in`).

    Attributes:
        code: the text of the catalogue, `<FAMILY>.<code>`; what is no code of the catalogue is shown as it stands.
        params: what the text needs; further errors among them are said in the same language.
        lang: the language of the text, "vi" or "en".
    """

    __module__ = "piikit"

    FAMILY = "error"

    def __init__(self, code: str, /, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params
        self.lang: Lang = "en"

    def __str__(self) -> str:
        return self.text(self.lang)

    def text(self, lang: Lang) -> str:
        """The text in a language."""
        words = messages(lang)
        key = f"{self.FAMILY}.{self.code}"
        if not words.has(key):
            return self.code
        return words.text(key, **{name: _said(value, lang) for name, value in self.params.items()})


class UsageError(PiikitError):
    """A call that cannot be carried out as written: a wrong argument, an unknown name.

    Its texts are `usage.<code>` of the catalogue.

    >>> error = UsageError("no_data")
    >>> str(error), error.text("vi")
    ('evaluate needs data, or scores of nodes', 'cần có số liệu (data) hoặc điểm đã công bố (scores)')
    """

    __module__ = "piikit"

    FAMILY = "usage"


class UnreadableError(UsageError, OSError):
    """A file that cannot be read as a table; its texts are `unreadable.<code>` of the catalogue.

    >>> error = UnreadableError("empty_file", file="a.csv")
    >>> str(error), error.text("vi")
    ('a.csv: the file is empty; a table begins with a row of column names', \
'a.csv: tệp rỗng; bảng phải bắt đầu bằng một dòng tên cột')
    """

    __module__ = "piikit"

    FAMILY = "unreadable"


def _said(value: Any, lang: Lang) -> Any:
    """A parameter of an error's text: several further texts stand in lines of their own."""
    if isinstance(value, list) and value and all(isinstance(part, Translatable) for part in value):
        return "\n".join(f"  - {part.text(lang)}" for part in value)
    return value


ErrorT = TypeVar("ErrorT", bound=PiikitError)
Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


def together(errors: Sequence[ErrorT]) -> ErrorT:
    """Several errors of one family as one that names them all; one alone is itself.

    >>> print(together([UsageError("no_data"), UsageError("severity_taken_out")]))
    2 things are wrong:
      - evaluate needs data, or scores of nodes
      - what it names is taken out of the data
    """
    return errors[0] if len(errors) == 1 else type(errors[0])("several", n=len(errors), each=list(errors))


@contextlib.contextmanager
def told_in(lang: Lang) -> Iterator[None]:
    """Whatever cannot be carried out or read inside is said in this language."""
    try:
        yield
    except PiikitError as error:
        error.lang = lang
        raise


def translated(function: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
    """Whatever a call cannot carry out is said in its language: its argument `lang`, or else that of its object.

    >>> @translated
    ... def refuse(*, lang):
    ...     raise UsageError("no_files")
    >>> refuse(lang="vi")
    Traceback (most recent call last):
    piikit.UsageError: data: danh sách tệp rỗng
    """

    @functools.wraps(function)
    def call(*args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
        try:
            return function(*args, **kwargs)
        except PiikitError as error:
            lang = kwargs.get("lang") or getattr(args[0] if args else None, "lang", None)
            if lang in LANGUAGES:
                error.lang = cast("Lang", lang)
            raise

    return call


class MissingExtraError(PiikitError):
    """A feature needs an optional dependency that is not installed; its texts are `missing_extra.<code>`."""

    __module__ = "piikit"

    FAMILY = "missing_extra"


class FindingsError(PiikitError):
    """An error made of findings.

    Attributes:
        found: the findings, one entry a kind and place.
        lang: the language of the text, "vi" or "en".
        title: what stands above the findings: a text of the catalogue, or the name of the document.
    """

    __module__ = "piikit"

    def __init__(self, found: Findings, *, title: Phrase | str, lang: Lang = "en") -> None:
        super().__init__("findings", title=title)
        self.found = found
        self.lang = lang
        self.title = title

    def __reduce__(self) -> tuple[Any, ...]:
        return functools.partial(type(self), title=self.title, lang=self.lang), (self.found,)

    def text(self, lang: Lang) -> str:
        """The title and all findings in a language."""
        return f"{messages(lang).show(self.title)}\n{self.found.grouped(lang)}"

    @property
    def findings(self) -> pl.DataFrame:
        """The findings as a frame with the columns of `Result.findings`."""
        return self.found.frame(self.lang)


class InputError(FindingsError):
    """The data hold findings of severity error; all of them are named."""

    __module__ = "piikit"


class DocumentError(FindingsError):
    """An edition, plan or area list is faulty; `column` of each finding is a JSON pointer into it."""

    __module__ = "piikit"


class PluginError(PiikitError):
    """A plugin could not be used, and the caller asked for strictness or needs what it provides.

    Its texts are `plugin.<code>` of the catalogue; what a plugin's own code raised is shown as it stands.
    """

    __module__ = "piikit"

    FAMILY = "plugin"

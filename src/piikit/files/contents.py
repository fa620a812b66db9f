"""Contents that are handed in or asked for in place of a path: bytes, and files that the caller opened."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any, TypeGuard, overload

from piikit.files.safe_writing import write_whole
from piikit.findings.errors import UnreadableError, UsageError

Content = bytes | bytearray | memoryview | IO[bytes] | IO[str]
"""The bytes of a file, or a file that is open for reading: an upload, io.BytesIO, io.StringIO."""


def is_content(data: Any) -> TypeGuard[Content]:
    """Whether something handed in is a content."""
    return isinstance(data, bytes | bytearray | memoryview) or callable(getattr(data, "read", None))


def name_of(data: str | Path | Content) -> str:
    """The name of a file for people: that of its type where a content has none.

    >>> name_of("forms/a.xlsx"), name_of(b"")
    ('a.xlsx', 'bytes')
    """
    # A web framework's upload says the name of its form's field as `name`, and that of the file as `filename`.
    given = [data] if isinstance(data, str | Path) else [getattr(data, key, None) for key in ("filename", "name")]
    return next((Path(name).name for name in given if isinstance(name, str | Path) and str(name)), type(data).__name__)


def content_of(data: Content) -> tuple[bytes, str]:
    """The bytes of a content from where it stands, and its name.

    Raises:
        UnreadableError: the file cannot be read.
        UsageError: its `read` gives neither bytes nor text, as that of an asynchronous upload.
    """
    if isinstance(data, bytes | bytearray | memoryview):
        return bytes(data), type(data).__name__
    name = name_of(data)
    try:
        content = data.read()
    except (OSError, ValueError) as error:
        raise UnreadableError("not_opened", file=name, reason=getattr(error, "strerror", None) or str(error)) from error
    if isinstance(content, str):
        return content.encode(), name
    if not isinstance(content, bytes | bytearray | memoryview):
        getattr(content, "close", lambda: None)()  # a coroutine that nobody awaits
        raise UsageError("no_content", file=name, given=type(content).__name__)
    return bytes(content), name


def suffix_of(path: str | Path | IO[bytes], format: str | None, known: list[str]) -> str:
    """The suffix of the format to write in: the one asked for, or that of the file's name.

    Raises:
        UsageError: a buffer without a name, and no format.
    """
    if format is not None:
        return f".{format.lower().removeprefix('.')}"
    name = path if isinstance(path, str | Path) else getattr(path, "name", None)
    if not isinstance(name, str | Path) or (not Path(name).suffix and not isinstance(path, str | Path)):
        raise UsageError("buffer_format", known=[suffix.removeprefix(".") for suffix in known])
    return Path(name).suffix.lower()


@overload
def put(place: str | Path, content: bytes) -> Path: ...
@overload
def put(place: IO[bytes], content: bytes) -> None: ...
def put(place: str | Path | IO[bytes], content: bytes) -> Path | None:
    """Write a content to a path, whole or not at all, or to a file that is open for bytes.

    Raises:
        UsageError: the place cannot be written to.
    """
    if isinstance(place, str | Path):
        return write_whole(place, content)
    name = type(place).__name__
    try:
        place.write(content)
    except (TypeError, AttributeError) as error:
        raise UsageError("not_binary", given=name) from error
    except (OSError, ValueError) as error:
        raise UsageError("not_written", file=name, reason=getattr(error, "strerror", None) or str(error)) from error
    return None

"""Write the package of a new plugin from the scaffold in `plugins/template`: whole, or not at all."""

from __future__ import annotations

import json
import keyword
import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator, Mapping
from importlib import resources
from importlib.metadata import entry_points, version
from importlib.resources.abc import Traversable
from pathlib import Path

from attrs import frozen

from piikit.files.safe_writing import not_written
from piikit.findings.errors import UsageError, told_in
from piikit.findings.messages import Lang, Phrase
from piikit.findings.paths import path_of
from piikit.findings.unknown import language
from piikit.framework.documents import item_schemas, packaged
from piikit.framework.formula.parser import RESERVED as WORDS
from piikit.registry import BUILT_IN, GROUP

__all__ = ["NewPlugin", "new_plugin", "template_root"]

ENDING = ".txt"
"""What the name of a file of the scaffold ends with; other files there are not written."""
NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
ITEM = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
LENGTH = 40
"""Characters of a name: with what is put before and after it, it stays far below what file systems allow."""
OWNER_LENGTH = 120
PREFIX = "piikit-"
RESERVED = frozenset(
    {
        *BUILT_IN,
        "piikit",
        "pii",
        "formula",
        "template",
        "test",
        "tests",
        # Windows opens a device where a file is called so.
        "con",
        "prn",
        "aux",
        "nul",
        *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)),
    }
)
"""Names that mean something else."""
COLUMNS = frozenset(
    {
        "area",
        "area_name",
        "period",
        "scenario",
        "item",
        "indicator",
        "value",
        "score",
        "rank",
        "code",
        "status",
        "source",
        "evidence",
        "unit",
        "data_year",
        "date",
        "agency",
        "contact",
        "revision",
        "merged_from",
        "region",
        "ref_area",
        "time_period",
        "obs_value",
        "obs_status",
    }
)
"""Columns of tables that are no items."""
QUOTED = (".json", ".toml", ".py")
"""Files in which what is filled in stands inside a quoted text."""
PLACE = re.compile(r"\{\{([a-z_]+)\}\}")


@frozen(kw_only=True)
class NewPlugin:
    """The package that was written.

    Attributes:
        folder: where it lies.
        package, module: its name for pip, and for Python.
        edition, plan: ids of its edition and plan.
        item: the raw item of its indicator.
        files: what was written, below the folder, sorted.
    """

    folder: Path
    package: str
    module: str
    edition: str
    plan: str
    item: str
    files: tuple[str, ...]


def template_root() -> Traversable:
    """The scaffold: in the installed package, or in the repository for an editable install."""
    inside = resources.files("piikit").joinpath("template")
    if inside.is_dir():
        return inside
    return Path(__file__).resolve().parents[3] / "plugins" / "template"


def new_plugin(
    name: str,
    *,
    folder: str | Path = ".",
    owner: str | None = None,
    indicator: str | None = None,
    formula: bool = False,
    lang: Lang = "en",
) -> NewPlugin:
    """Write the package `piikit-NAME` with an indicator, an edition, a plan, data and tests.

    Args:
        name: small letters, digits and single hyphens; the indicator's code, the edition and the plan begin with it.
        folder: the folder that the package's own is made in; it must be there.
        owner: whose plugin it is, as "Sở Khoa học và Công nghệ"; the package's name where not given.
        indicator: the raw item of the indicator, a figure for each area; NAME_count where not given.
        formula: give the value by a formula in the edition instead of Python.
        lang: language of errors, "vi" or "en".

    Raises:
        UsageError: names that cannot be used, a folder that is not there, a package that is; all at once. Nothing is
            written then.

    >>> with tempfile.TemporaryDirectory() as here:
    ...     new = new_plugin("green", folder=here, indicator="green_patents")
    ...     new.package, new.edition, len(new.files), (new.folder / "data" / "green_patents.csv").is_file()
    ('piikit-green', 'green-2024', 13, True)
    """
    language(lang)
    short = name.replace("-", "_")
    item = f"{short}_count" if indicator is None else indicator
    owner = f"{PREFIX}{name}" if owner is None else owner.strip()
    folder = path_of(folder, lang)
    target = folder / f"{PREFIX}{name}"
    wrong = [*_name_faults(name)]
    faults = [*wrong, *_item_faults(item, given=indicator is not None)]
    if not (owner.isprintable() and 0 < len(owner) <= OWNER_LENGTH):
        faults.append(Phrase("new_plugin.owner", value=repr(owner), limit=OWNER_LENGTH))
    if not folder.is_dir():
        faults.append(Phrase("new_plugin.no_folder", path=str(folder)))
    elif not wrong and os.path.lexists(target):
        faults.append(Phrase("new_plugin.there", path=str(target)))
    if faults:
        with told_in(lang):
            raise UsageError("no_plugin_written", each=faults)
    module = f"piikit_{short}"
    edition, plan = f"{name}-2024", f"{name}-plan-2024"
    own = f"{edition}.json" if formula else "indicators.py"
    filled = {
        "package": target.name,
        "module": module,
        "owner_code": short,
        "owner": owner,
        "item": item,
        "words": item.replace("_", " "),
        "code": f"{short}.{item}",
        "edition": edition,
        "plan": plan,
        "where": f"src/{module}/{own}",
        "version": version("piikit"),
    }
    content = _content("formula" if formula else "code", filled)
    _write_folder(target, content)
    return NewPlugin(
        folder=target,
        package=target.name,
        module=module,
        edition=edition,
        plan=plan,
        item=item,
        files=tuple(sorted(content)),
    )


# -- names -------------------------------------------------------------------------------------------------------


def _name_faults(name: str) -> Iterator[Phrase]:
    if name.startswith(PREFIX):
        yield Phrase("new_plugin.prefix", value=name, short=name.removeprefix(PREFIX))
    elif NAME.fullmatch(name) is None or len(name) > LENGTH:
        yield Phrase("new_plugin.name", value=repr(name), limit=LENGTH, near=_near(_slug(name, "-"), NAME))
    elif name in RESERVED or keyword.iskeyword(name):
        yield Phrase("new_plugin.reserved", value=name)
    else:
        short = name.replace("-", "_")
        for point in entry_points(group=GROUP):
            if point.name == short:
                yield Phrase("new_plugin.installed", value=name, package=point.dist.name if point.dist else "?")


def _item_faults(item: str, *, given: bool) -> Iterator[Phrase]:
    if not given:
        return  # it is as sound as the name that it is made from
    if ITEM.fullmatch(item) is None or len(item) > LENGTH:
        yield Phrase("new_plugin.item", value=repr(item), limit=LENGTH, near=_near(_slug(item, "_"), ITEM))
    elif item in item_schemas():
        yield Phrase("new_plugin.item_known", value=item)
    elif item in COLUMNS or item in WORDS or item in RESERVED or keyword.iskeyword(item):
        yield Phrase("new_plugin.reserved", value=item)


def _slug(text: str, mark: str) -> str:
    """A text as a name: without marks, spaces as hyphens or underscores."""
    plain = unicodedata.normalize("NFKD", text[: 2 * LENGTH].lower().replace("đ", "d"))
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return re.sub(r"[^a-z0-9]+", mark, letters).strip(mark)[:LENGTH].strip(mark)


def _near(slug: str, rule: re.Pattern[str]) -> Phrase | str:
    return Phrase("new_plugin.near", near=slug) if rule.fullmatch(slug) else ""


# -- files -------------------------------------------------------------------------------------------------------


def _content(variant: str, filled: Mapping[str, str]) -> dict[str, bytes]:
    """Every file of the package, by its path below the package's folder."""
    root = template_root()
    texts = {**dict(_texts(root.joinpath("both"))), **dict(_texts(root.joinpath(variant)))}
    content = {}
    for path, text in texts.items():
        where = _fill(path, filled)
        quoted = {key: json.dumps(value, ensure_ascii=False)[1:-1] for key, value in filled.items()}
        content[where] = _fill(text, quoted if where.endswith(QUOTED) else filled).encode()
    content["data/sample.csv"] = packaged("sample", "pii-2024-sample.csv").read_bytes()
    return content


def _texts(folder: Traversable, below: str = "") -> Iterator[tuple[str, str]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _texts(entry, f"{below}{entry.name}/")
        elif entry.name.endswith(ENDING):
            yield f"{below}{entry.name.removesuffix(ENDING)}", entry.read_text(encoding="utf-8")


def _fill(text: str, filled: Mapping[str, str]) -> str:
    """The text with what stands for a name; what is filled in is not looked at again."""
    return PLACE.sub(lambda place: filled[place[1]], text)


def _write_folder(target: Path, content: Mapping[str, bytes]) -> None:
    """Write a folder beside its place and move it there when all of it is written.

    Raises:
        UsageError: the place cannot be written to.
    """
    try:
        part = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part"))
        try:
            for name, data in content.items():
                path = part / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            # mkdtemp makes a folder for its owner alone; a package is as readable as any other folder made here.
            umask = os.umask(0)
            os.umask(umask)
            part.chmod(0o777 & ~umask)
            part.rename(target)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
    except OSError as error:
        raise not_written(target, error) from error

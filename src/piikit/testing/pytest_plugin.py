"""The pytest plugin: decision cases as tests, the fixture `engine`, a line in the header, coverage of rules.

It is found by its entry point, so every run of pytest loads it. No plugin of piikit is loaded before it is needed.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import entry_points, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from piikit import testing
from piikit.engine import Engine
from piikit.findings.errors import PiikitError
from piikit.registry import GROUP
from piikit.testing.cases import Case

if TYPE_CHECKING:
    from _pytest.terminal import TerminalReporter

SUFFIX = ".piikit.json"
"""What the name of a file of decision cases ends with, so that it is collected wherever it lies."""
RAN = "piikit case"
"""The property of a report that names the case that ran; from there it gets to whoever sums up."""
LISTED = 20
"""How many rules that no case shows are listed."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option `--piikit-coverage` and the setting `piikit_cases`."""
    group = parser.getgroup("piikit", "decision cases of piikit")
    group.addoption(
        "--piikit-coverage",
        action="store",
        nargs="?",
        const="",
        default=None,
        metavar="PLUGIN",
        help="say which rules the decision cases show: of one plugin, or of all piikit",
    )
    parser.addini(
        "piikit_cases",
        type="args",
        default=[],
        help=f"further files of decision cases beside *{SUFFIX}: patterns from the root folder, as tests/cases/*.json",
    )


def pytest_report_header(config: pytest.Config) -> str:
    """The version of piikit and the plugins that are installed."""
    found = sorted(entry_points(group=GROUP), key=lambda point: point.name)
    named = [f"{point.name} {point.dist.version}" if point.dist else point.name for point in found]
    return f"piikit {version('piikit')}, plugins: {', '.join(named) or 'none'}"


@pytest.fixture(scope="session")
def engine() -> Engine:
    """One engine with all installed plugins. A project that defines a fixture of this name has its own."""
    return Engine()


# -- cases as tests ----------------------------------------------------------------------------------------------


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A file of decision cases: `*.piikit.json`, and what the setting `piikit_cases` names."""
    if file_path.suffix != ".json":
        return None
    named = file_path.name.endswith(SUFFIX)
    if not named:
        root = parent.config.rootpath
        patterns = parent.config.getini("piikit_cases")
        inside = file_path.relative_to(root) if file_path.is_relative_to(root) else None
        named = inside is not None and any(inside.match(pattern) for pattern in patterns)
    return CaseFile.from_parent(parent, path=file_path) if named else None


class CaseFile(pytest.File):
    """A file of decision cases."""

    def collect(self) -> Iterable[CaseItem]:
        """One test a case."""
        try:
            cases = testing.load_cases(self.path)
        except PiikitError as error:
            raise self.CollectError(str(error)) from error
        for case in cases:
            item = CaseItem.from_parent(self, name=case.id)
            item.case = case
            yield item


class Failed(Exception):
    """A case whose results are not those that it states."""


class CaseItem(pytest.Item):
    """A decision case as a test."""

    case: Case

    def runtest(self) -> None:
        """Run the case on all installed plugins."""
        self.user_properties.append((RAN, (self.case.file, self.case.id)))
        found = testing.run_case(self.case)
        if found:
            raise Failed("\n".join(map(str, found)))

    def repr_failure(self, excinfo: Any, style: Any = None) -> Any:
        """A line a difference, without a traceback."""
        return str(excinfo.value) if isinstance(excinfo.value, Failed) else super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where it stands."""
        return self.path, 0, f"case {self.case.id}: {self.case.title}"


# -- coverage of rules -------------------------------------------------------------------------------------------


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Remember the cases that a test of the project's own is given as parameters."""
    given = getattr(getattr(item, "callspec", None), "params", {})
    for case in given.values():
        if isinstance(case, Case) and case.file:
            item.user_properties.append((RAN, (case.file, case.id)))


def pytest_terminal_summary(terminalreporter: TerminalReporter, config: pytest.Config) -> None:
    """With `--piikit-coverage`, what the cases that ran show, and what no case shows."""
    asked = config.getoption("--piikit-coverage")
    if asked is None:
        return
    ran: dict[str, set[str]] = {}
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, value in getattr(report, "user_properties", ()):
                if name == RAN and getattr(report, "when", "") == "call":
                    ran.setdefault(value[0], set()).add(value[1])
    cases = [case for file in sorted(ran) for case in testing.load_cases(file) if case.id in ran[file]]
    terminalreporter.section("piikit: coverage of rules")
    for line in coverage_lines(cases, asked or None):
        terminalreporter.write_line(line)


def coverage_lines(cases: list[Case], plugin: str | None = None) -> list[str]:
    """The coverage of rules as lines for people: the share of each kind, and the rules that no case shows.

    >>> coverage_lines([], "impact")
    ['0 cases', 'indicator: 0 of 8', 'no case shows: indicator pii.industrial_production_index, pii.ocop_products, \
pii.exports, pii.labour_productivity_growth, pii.poverty_reduction, pii.employed_workers, pii.income_per_head, pii.hdi']
    """
    try:
        rules = testing.rule_coverage(cases, plugin=plugin)
    except PiikitError as error:
        return [str(error)]
    lines = [f"{len(cases)} cases"]
    for (kind,), part in rules.group_by("kind", maintain_order=True):
        lines.append(f"{kind}: {part['covered'].sum()} of {part.height}")
    for (kind,), part in rules.filter(~rules["covered"]).group_by("kind", maintain_order=True):
        names = part["rule"].to_list()
        more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
        lines.append(f"no case shows: {kind} {', '.join(names[:LISTED])}{more}")
    return lines

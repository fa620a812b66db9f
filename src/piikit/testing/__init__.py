"""What authors of plugins test with: decision cases, kits of tests to inherit, coverage of rules, strategies.

Decision cases need nothing beside piikit. Kits, strategies and the pytest plugin need the extra `testing`:
`pip install "piikit[testing]"`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from piikit.findings.errors import MissingExtraError
from piikit.testing.cases import Case, Mismatch, assert_case, load_cases, run_case
from piikit.testing.coverage import rule_coverage

if TYPE_CHECKING:
    from piikit.testing import strategies
    from piikit.testing.check_kit import CheckKit
    from piikit.testing.document_kits import EditionKit, PlanKit
    from piikit.testing.indicator_kit import IndicatorKit
    from piikit.testing.kit import Kit
    from piikit.testing.method_kit import MethodKit
    from piikit.testing.writer_kit import WriterKit

__all__ = [
    "Case",
    "CheckKit",
    "EditionKit",
    "IndicatorKit",
    "Kit",
    "MethodKit",
    "Mismatch",
    "PlanKit",
    "WriterKit",
    "assert_case",
    "load_cases",
    "rule_coverage",
    "run_case",
    "strategies",
]

_KITS = {
    "CheckKit": "check_kit",
    "EditionKit": "document_kits",
    "IndicatorKit": "indicator_kit",
    "Kit": "kit",
    "MethodKit": "method_kit",
    "PlanKit": "document_kits",
    "WriterKit": "writer_kit",
}


def __dir__() -> list[str]:
    return __all__


def __getattr__(name: str) -> Any:
    """The parts that need the extra `testing`, imported when they are asked for."""
    if name not in _KITS and name != "strategies":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        module = importlib.import_module(f"{__name__}.{_KITS.get(name, name)}")
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in {"hypothesis", "pytest"}:
            raise
        raise MissingExtraError(f"{name} needs the extra 'testing': pip install 'piikit[testing]'") from error
    return module if name == "strategies" else getattr(module, name)

"""Types for annotations: what calls take, and what they give beside `Result`, `Edition` and `Plan`."""

from piikit.analysis.audit import Audit
from piikit.analysis.seek import GoalSeek
from piikit.analysis.weights import Weights
from piikit.files.read import TableLike
from piikit.findings.finding import Finding, Findings
from piikit.findings.messages import Lang
from piikit.findings.severities import Severity
from piikit.framework.edition import EditionLike
from piikit.inputs.coinr import CoinrProject
from piikit.inputs.mergers import Merged
from piikit.plans.goal import TargetLike
from piikit.plans.plan import PlanLike
from piikit.results.explain import Explanation
from piikit.scoring.large_files import Streamed
from piikit.scoring.scenarios import ScenarioLike

__all__ = [
    "Audit",
    "CoinrProject",
    "EditionLike",
    "Explanation",
    "Finding",
    "Findings",
    "GoalSeek",
    "Lang",
    "Merged",
    "PlanLike",
    "ScenarioLike",
    "Severity",
    "Streamed",
    "TableLike",
    "TargetLike",
    "Weights",
]

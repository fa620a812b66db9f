"""Types for annotations: what calls take, and what they give beside `Result`, `Edition` and `Plan`."""

from piikit.analysis.audit import Audit
from piikit.analysis.seek import GoalSeek
from piikit.analysis.seek.answer import SeekStatus
from piikit.analysis.weights import Weights
from piikit.files.read import TableLike
from piikit.findings.finding import Finding, Findings
from piikit.findings.messages import Lang
from piikit.findings.severities import OnFindings, Severity
from piikit.framework.edition import EditionLike, EditionStatus
from piikit.inputs.coinr import CoinrProject
from piikit.inputs.mergers import Merged
from piikit.plans.goal import TargetLike
from piikit.plans.judging.table import TargetStatus
from piikit.plans.plan import PlanLike
from piikit.plans.progress import TaskStatus
from piikit.results.explain import Explanation
from piikit.results.writers import ReportKind
from piikit.scoring.large_files import Streamed
from piikit.scoring.record import Record
from piikit.scoring.scenarios import ScenarioLike

__all__ = [
    "Audit",
    "CoinrProject",
    "EditionLike",
    "EditionStatus",
    "Explanation",
    "Finding",
    "Findings",
    "GoalSeek",
    "Lang",
    "Merged",
    "OnFindings",
    "PlanLike",
    "Record",
    "ReportKind",
    "ScenarioLike",
    "SeekStatus",
    "Severity",
    "Streamed",
    "TableLike",
    "TargetLike",
    "TargetStatus",
    "TaskStatus",
    "Weights",
]

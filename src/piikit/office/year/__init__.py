"""The folder of a year: forms, what came back, results and reports, made step by step."""

from piikit.office.year.outcome import YearRun
from piikit.office.year.run_year import run_year

__all__ = ["YearRun", "run_year"]

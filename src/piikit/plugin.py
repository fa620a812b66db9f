"""What plugins are written with, beyond `piikit.Indicator` and `piikit.hookimpl`: checks, writers, bases of methods."""

from piikit.framework.checks import Check
from piikit.framework.indicator import Indicator
from piikit.framework.methods import Aggregate, Impute, Method, Normalise, Treat, Treated
from piikit.registry.hooks import hookimpl
from piikit.results.writers import Writer

__all__ = [
    "Aggregate",
    "Check",
    "Impute",
    "Indicator",
    "Method",
    "Normalise",
    "Treat",
    "Treated",
    "Writer",
    "hookimpl",
]

"""The choice of language of the command: an option, or the environment variable `PIIKIT_LANG`."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import click

from piikit.findings.texts import LANGUAGES, Lang, texts

VARIABLE = "PIIKIT_LANG"


def lang_option(help: str, *, default: Lang | None = "en") -> Callable[[Any], Any]:
    """The option `--lang` of a command, of which the environment sets another default."""
    return click.option(
        "--lang", type=click.Choice(LANGUAGES), default=default, show_default=True, envvar=VARIABLE, help=help
    )


def from_environment() -> bool:
    """Whether the language of the command that runs is that of the environment, since nobody gave the option."""
    source = click.get_current_context().get_parameter_source("lang")
    return source is click.core.ParameterSource.ENVIRONMENT


def help_text(key: str) -> str:
    """A text of the help pages in the language of the environment, English where that names none."""
    wanted = os.environ.get(VARIABLE)
    return texts(next((lang for lang in LANGUAGES if lang == wanted), "en"))[f"help.{key}"]

"""What a command is: a name, its arguments and what it does."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass

from caseflow.cli.arguments import Arguments
from caseflow.cli.failures import Exit
from caseflow.cli.session import Session


def _nothing(_parser: argparse.ArgumentParser) -> None:
    """Most commands that list something take no arguments of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command of ``caseflow``; its ``example`` stands below its help.

    ``prints_tables``: it needs Rich, unless JSON is asked for.
    """

    name: str
    help: str
    example: str
    run: Callable[[Session, Arguments], Exit]
    configure: Callable[[argparse.ArgumentParser], None] = _nothing
    prints_tables: bool = False

"""Lists that are shown page by page."""

from __future__ import annotations

import argparse
import shlex

from caseflow.cli.arguments import count
from caseflow.cli.output import Output, Style

PAGE = 50
"""Lines of a page, unless asked otherwise."""


def add_page(parser: argparse.ArgumentParser) -> None:
    """Let a command list page by page."""
    parser.add_argument(
        "--limit", type=count, default=PAGE, metavar="N", help=f"how many at most; {PAGE}"
    )
    parser.add_argument(
        "--after", metavar="KEY", help="go on behind this key, which the page before names"
    )


def say_next(following: str | None, out: Output) -> None:
    """Say how to see the next page, if there is one."""
    if following is not None:
        out.note(f"There are more: --after {shlex.quote(following)}", Style.ASIDE)

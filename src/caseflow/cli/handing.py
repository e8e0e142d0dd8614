"""Commands of the tier ladder: handing cases from unit to unit, and settling whose they are."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from caseflow.cli.arguments import Arguments
from caseflow.cli.command import Command
from caseflow.cli.failures import Exit
from caseflow.cli.references import add_case, find_case, find_numbered
from caseflow.cli.session import Session
from caseflow.cli.whereabouts import change_case
from caseflow.engine import CaseView, Work
from caseflow.kernel import Ruling
from caseflow.worklist import Desk

_RULINGS = {
    "stays": Ruling.STAYS,
    "back": Ruling.BACK,
    "to": Ruling.REASSIGNED,
}


def _add_what(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", metavar="CASE", help="a case; or CASE:NUMBER, one of its tasks")


def _add_unit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("unit", metavar="UNIT", help="the unit that gets it")


def _add_reason(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--reason", required=True, metavar="TEXT", help="it stands in the history")


def _add_ground(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--ground", metavar="CODE", default="", help="the reason, for statistics")


def _add_skips(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--skips", action="store_true", help="it may pass over units on the way")


def _add_return_limit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--return-limit",
        metavar="LIMIT",
        default="",
        help="the limit within which it can be returned; return_normal",
    )


def _at_desk(act: Callable[[Desk, str, Arguments], CaseView]) -> Callable[..., Exit]:
    """Make a command that the actor gives from their desk to a case, or a task where it may be."""

    def run(session: Session, arguments: Arguments) -> Exit:
        what = arguments.maybe("what", str) or arguments.get("case", str)

        def change(work: Work) -> CaseView:
            find = find_numbered if ":" in what else find_case
            return act(Desk(work), find(work, what), arguments)

        return change_case(session, change)

    return run


def _configure_escalate(parser: argparse.ArgumentParser) -> None:
    _add_what(parser)
    parser.add_argument("--to", metavar="UNIT", help="a unit further up; the one right above")
    _add_skips(parser)
    _add_ground(parser)
    _add_reason(parser)


def _configure_dispatch(parser: argparse.ArgumentParser) -> None:
    _add_what(parser)
    _add_unit(parser)
    _add_skips(parser)
    _add_return_limit(parser)
    _add_ground(parser)
    _add_reason(parser)


def _configure_transfer(parser: argparse.ArgumentParser) -> None:
    _add_what(parser)
    _add_unit(parser)
    _add_return_limit(parser)
    _add_ground(parser)
    _add_reason(parser)


def _configure_take_back(parser: argparse.ArgumentParser) -> None:
    _add_what(parser)
    parser.add_argument("--to", metavar="UNIT", default="", help="who dispatched it, but not last")
    _add_reason(parser)


def _configure_return(parser: argparse.ArgumentParser) -> None:
    add_case(parser)
    parser.add_argument("suggested", metavar="UNIT", help="the unit whose it is")
    parser.add_argument("--basis", required=True, metavar="TEXT", help="by which rule it is so")


def _configure_rule(parser: argparse.ArgumentParser) -> None:
    add_case(parser)
    parser.add_argument(
        "ruling", choices=list(_RULINGS), help="it stays, goes back to the sender, or to a UNIT"
    )
    parser.add_argument("unit", metavar="UNIT", nargs="?", default="", help="who gets it instead")
    _add_reason(parser)


def _configure_claim(parser: argparse.ArgumentParser) -> None:
    add_case(parser)
    parser.add_argument("unit", metavar="UNIT", help="the unit whose it is")
    parser.add_argument("--basis", required=True, metavar="TEXT", help="by which rule it is so")


def _configure_designate(parser: argparse.ArgumentParser) -> None:
    add_case(parser)
    _add_unit(parser)
    _add_reason(parser)


def _configure_by_rule(parser: argparse.ArgumentParser) -> None:
    add_case(parser)
    parser.add_argument("decision", metavar="DECISION", help="a decision that gives unit or tier")
    _add_skips(parser)
    parser.add_argument("--reason", metavar="TEXT", default="", help="why; the decision's name")


COMMANDS = (
    Command(
        name="escalate",
        help="give a case or task to the unit above",
        example="caseflow escalate 2026-0017 --ground no_power --reason 'a matter of the county'",
        configure=_configure_escalate,
        run=_at_desk(
            lambda desk, what, given: desk.escalate(
                what,
                to=given.maybe("to", str),
                skips=given.get("skips", bool),
                ground=given.get("ground", str),
                reason=given.get("reason", str),
            )
        ),
    ),
    Command(
        name="dispatch",
        help="give a case or task to a unit below",
        example="caseflow dispatch 2026-0017 town-1 --reason 'it lies in the town'",
        configure=_configure_dispatch,
        run=_at_desk(
            lambda desk, what, given: desk.dispatch(
                what,
                given.get("unit", str),
                skips=given.get("skips", bool),
                return_limit=given.get("return_limit", str),
                ground=given.get("ground", str),
                reason=given.get("reason", str),
            )
        ),
    ),
    Command(
        name="transfer-unit",
        help="give a case or task to a unit beside",
        example="caseflow transfer-unit 2026-0017 town-2 --reason 'it lies across the river'",
        configure=_configure_transfer,
        run=_at_desk(
            lambda desk, what, given: desk.transfer_to_unit(
                what,
                given.get("unit", str),
                return_limit=given.get("return_limit", str),
                ground=given.get("ground", str),
                reason=given.get("reason", str),
            )
        ),
    ),
    Command(
        name="hand-by-rule",
        help="hand a case to the unit that a decision names",
        example="caseflow hand-by-rule 2026-0017 jurisdiction",
        configure=_configure_by_rule,
        run=_at_desk(
            lambda desk, case, given: desk.hand_by_rule(
                case,
                given.get("decision", str),
                skips=given.get("skips", bool),
                reason=given.get("reason", str),
            )
        ),
    ),
    Command(
        name="take-back",
        help="take back a case that was dispatched, or a task that went elsewhere",
        example="caseflow take-back 2026-0017 --reason 'the county does it itself'",
        configure=_configure_take_back,
        run=_at_desk(
            lambda desk, what, given: desk.take_back(
                what, to=given.get("to", str), reason=given.get("reason", str)
            )
        ),
    ),
    Command(
        name="ask-return",
        help="ask to return a case that was dispatched or transferred",
        example="caseflow ask-return 2026-0017 water --basis 'the list of duties, 4.2'",
        configure=_configure_return,
        run=_at_desk(
            lambda desk, case, given: desk.ask_return(
                case, basis=given.get("basis", str), suggested=given.get("suggested", str)
            )
        ),
    ),
    Command(
        name="rule",
        help="rule on the request to return a case",
        example="caseflow rule 2026-0017 to water --reason 'the pipe is theirs'",
        configure=_configure_rule,
        run=_at_desk(
            lambda desk, case, given: desk.rule_on_return(
                case,
                _RULINGS[given.get("ruling", str)],
                to=given.get("unit", str),
                reason=given.get("reason", str),
            )
        ),
    ),
    Command(
        name="claim-case",
        help="say that a case is another unit's than the one that has it",
        example="caseflow claim-case 2026-0017 water --basis 'the list of duties, 4.2'",
        configure=_configure_claim,
        run=_at_desk(
            lambda desk, case, given: desk.claim_for_unit(
                case, given.get("unit", str), basis=given.get("basis", str)
            )
        ),
    ),
    Command(
        name="designate",
        help="end a conflict by saying whose a case is",
        example="caseflow designate 2026-0017 water --reason 'nobody else can'",
        configure=_configure_designate,
        run=_at_desk(
            lambda desk, case, given: desk.designate(
                case, given.get("unit", str), reason=given.get("reason", str)
            )
        ),
    ),
)

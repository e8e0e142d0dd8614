"""Commands of people at their desks, with the rights that the organisation gives them."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from caseflow.cli.arguments import Arguments, add_variables, moment, variables_of
from caseflow.cli.command import Command
from caseflow.cli.documents import task_document
from caseflow.cli.failures import Exit
from caseflow.cli.findings import plural, print_findings
from caseflow.cli.paging import add_page, say_next
from caseflow.cli.references import add_case, add_task, find_case, find_numbered
from caseflow.cli.session import Session
from caseflow.cli.tasks import task_table
from caseflow.cli.whereabouts import change_case
from caseflow.engine import CaseView, TaskFilter, Work
from caseflow.errors import OrganisationRefused
from caseflow.kernel import Vote
from caseflow.org import Organisation, read_organisation, write_organisation
from caseflow.worklist import Desk, Due, Visibility

# The organisation


def _configure_organise(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="units, roles and people, as TOML or YAML")
    parser.add_argument("--check", action="store_true", help="only say what is wrong with it")


def _organise(session: Session, arguments: Arguments) -> Exit:
    path = Path(arguments.get("file", str))
    try:
        organisation = read_organisation(path.read_text(encoding="utf-8"), file=str(path))
    except OrganisationRefused as refusal:
        print_findings(refusal.findings, session.out)
        return Exit.REFUSED
    if not arguments.get("check", bool):
        with session.engine(may_create=True) as engine, engine.begin() as work:
            work.staff.replace(organisation)
    counts = _counts(organisation)
    if session.out.is_json:
        session.out.document({"organisation": counts})
    else:
        session.out.line(", ".join(f"{number} {what}" for what, number in counts.items()))
    return Exit.OK


def _counts(organisation: Organisation) -> dict[str, int]:
    return {
        "units": len(organisation.units().all),
        "roles": len(organisation.roles),
        "people": len(organisation.people),
    }


def _organisation(session: Session, _arguments: Arguments) -> Exit:
    with session.view() as work:
        text = write_organisation(work.staff.organisation())
    if session.out.is_json:
        session.out.document({"organisation": text})
    else:
        session.out.text(text)
    return Exit.OK


# The desk


def _configure_desk(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--all", action="store_true", help="every task that the actor may see, not only their own"
    )
    parser.add_argument("--due", choices=[due.value for due in Due], help="by due time")
    parser.add_argument("--under", metavar="UNIT", help="only those of a unit and those below it")
    parser.add_argument("--tier", metavar="TIER", help="only those of units on a tier")
    parser.add_argument("--text", metavar="TEXT", help="in the name or the business key")
    add_page(parser)


def _desk(session: Session, arguments: Arguments) -> Exit:
    due = arguments.maybe("due", str)
    with session.work() as work:
        desk = Desk(work)
        show = desk.visible if arguments.get("all", bool) else desk.mine
        page = show(
            TaskFilter(text=arguments.maybe("text", str)),
            due=None if due is None else Due(due),
            under=arguments.maybe("under", str),
            tier=arguments.maybe("tier", str),
            after=arguments.maybe("after", str),
            limit=arguments.get("limit", int),
        )
    if session.out.is_json:
        session.out.document({"tasks": [task_document(task) for task in page], "next": page.next})
    elif page.items:
        session.out.table(task_table(page.items, now=session.clock.now()))
        say_next(page.next, session.out)
    else:
        session.out.note("no open tasks")
    return Exit.OK


# Tasks


def _acting(
    act: Callable[[Desk, str, Arguments], CaseView],
) -> Callable[[Session, Arguments], Exit]:
    """Make a command that the actor gives to a task."""

    def run(session: Session, arguments: Arguments) -> Exit:
        task = arguments.get("task", str)
        return change_case(
            session, lambda work: act(Desk(work), find_numbered(work, task), arguments)
        )

    return run


def _reason(arguments: Arguments) -> str:
    return arguments.maybe("reason", str) or ""


def _add_reason(parser: argparse.ArgumentParser, *, required: bool = False) -> None:
    parser.add_argument("--reason", metavar="TEXT", required=required, help="why")


def _configure_hand(parser: argparse.ArgumentParser) -> None:
    add_task(parser)
    parser.add_argument("person", metavar="PERSON", help="who gets it")
    _add_reason(parser)


def _configure_handback(parser: argparse.ArgumentParser) -> None:
    add_task(parser)
    _add_reason(parser)
    add_variables(parser)


def _configure_ask(parser: argparse.ArgumentParser) -> None:
    add_task(parser)
    parser.add_argument("people", metavar="PERSON", nargs="+", help="whose vote is asked for")
    parser.add_argument(
        "--policy", metavar="POLICY", default="", help="all, any, a share such as 2/3, or a weight"
    )
    parser.add_argument("--result", metavar="NAME", help="the variable that takes the result")
    parser.add_argument("--remove", action="store_true", help="no longer ask them")
    _add_reason(parser)


def _ask(desk: Desk, task: str, arguments: Arguments) -> CaseView:
    people = arguments.many("people", str)
    if arguments.get("remove", bool):
        return desk.remove_participants(task, people, reason=_reason(arguments))
    return desk.add_participants(
        task,
        people,
        policy=arguments.get("policy", str),
        result=arguments.maybe("result", str),
        reason=_reason(arguments),
    )


def _configure_vote(parser: argparse.ArgumentParser) -> None:
    add_task(parser)
    parser.add_argument("vote", choices=[vote.value for vote in Vote], help="what one thinks")
    _add_reason(parser)


def _configure_urge(parser: argparse.ArgumentParser) -> None:
    add_task(parser)
    parser.add_argument("message", metavar="TEXT", nargs="?", default="", help="what to say")


def _configure_plan(parser: argparse.ArgumentParser) -> None:
    add_task(parser)
    parser.add_argument("--priority", type=int, metavar="N", help="0 to 1000000; 50 is usual")
    parser.add_argument("--due", type=moment, metavar="MOMENT", help="when it is due")
    parser.add_argument("--follow-up", type=moment, metavar="MOMENT", help="when to look again")
    _add_reason(parser)


def _plan(desk: Desk, task: str, arguments: Arguments) -> CaseView:
    return desk.plan(
        task,
        priority=arguments.maybe("priority", int),
        due_at=arguments.maybe("due", datetime),
        follow_up_at=arguments.maybe("follow_up", datetime),
        reason=_reason(arguments),
    )


def _configure_return(parser: argparse.ArgumentParser) -> None:
    add_task(parser)
    parser.add_argument("element", metavar="STEP", help="the id of the earlier task")
    parser.add_argument("--to", metavar="PERSON", help="who gets it; who did it last")
    _add_reason(parser, required=True)


# Cases


def _configure_recall(parser: argparse.ArgumentParser) -> None:
    add_case(parser)
    parser.add_argument("element", metavar="STEP", help="the id of the task that one completed")
    _add_reason(parser)


def _recall(session: Session, arguments: Arguments) -> Exit:
    def recall(work: Work) -> CaseView:
        case = find_case(work, arguments.get("case", str))
        element = arguments.get("element", str)
        return Desk(work).recall(case, element, reason=_reason(arguments))

    return change_case(session, recall)


def _configure_copy(parser: argparse.ArgumentParser) -> None:
    add_case(parser)
    parser.add_argument("people", metavar="PERSON", nargs="+", help="who may look at it")
    parser.add_argument("--message", metavar="TEXT", default="", help="what to say")


def _copy(session: Session, arguments: Arguments) -> Exit:
    people = arguments.many("people", str)
    with session.work() as work:
        case = find_case(work, arguments.get("case", str))
        Desk(work).copy(case, people, message=arguments.get("message", str))
    if session.out.is_json:
        session.out.document({"people": list(people)})
    else:
        session.out.line(f"copied to {plural(len(people), 'person')}")
    return Exit.OK


def _configure_comment(parser: argparse.ArgumentParser) -> None:
    add_case(parser)
    parser.add_argument("text", metavar="TEXT", nargs="?", help="what to say; without it, read")
    parser.add_argument(
        "--for",
        dest="visibility",
        choices=[one.value for one in Visibility],
        default=Visibility.CASE.value,
        help="who may read it, among those who may see the case; case",
    )
    parser.add_argument(
        "--audience", action="append", metavar="NAME", help="the unit, or a person; repeatable"
    )


def _comment(session: Session, arguments: Arguments) -> Exit:
    text = arguments.maybe("text", str)
    with session.work() as work:
        desk, case = Desk(work), find_case(work, arguments.get("case", str))
        if text is not None:
            desk.comment(
                case,
                text,
                visibility=Visibility(arguments.get("visibility", str)),
                audience=arguments.many("audience", str),
            )
        comments = desk.comments(case)
    if session.out.is_json:
        told = [
            {
                "author": one.author,
                "at": one.at.isoformat(),
                "for": one.visibility,
                "text": one.text,
            }
            for one in comments
        ]
        session.out.document({"comments": told})
    else:
        for one in comments:
            session.out.line(f"{one.author} (for {one.visibility}): {one.text}")
    return Exit.OK


COMMANDS = (
    Command(
        name="organise",
        help="read units, roles and people from a file",
        example="caseflow organise yuxi.toml",
        configure=_configure_organise,
        run=_organise,
    ),
    Command(
        name="organisation",
        help="print units, roles and people as TOML",
        example="caseflow organisation",
        run=_organisation,
    ),
    Command(
        name="desk",
        help="list what the actor has to do or could take",
        example="caseflow desk --actor li --due overdue",
        configure=_configure_desk,
        run=_desk,
        prints_tables=True,
    ),
    Command(
        name="delegate",
        help="let another person do a task and hand it back",
        example="caseflow delegate 2026-0017:4 wang --reason 'on leave'",
        configure=_configure_hand,
        run=_acting(
            lambda desk, task, given: desk.delegate(
                task, given.get("person", str), reason=_reason(given)
            )
        ),
    ),
    Command(
        name="handback",
        help="give a delegated task back to its owner, or take it back",
        example="caseflow handback 2026-0017:4 -v found=3",
        configure=_configure_handback,
        run=_acting(
            lambda desk, task, given: desk.hand_back(
                task, variables_of(given), reason=_reason(given)
            )
        ),
    ),
    Command(
        name="transfer",
        help="give a task that one holds to another person for good",
        example="caseflow transfer 2026-0017:4 wang",
        configure=_configure_hand,
        run=_acting(
            lambda desk, task, given: desk.transfer(
                task, given.get("person", str), reason=_reason(given)
            )
        ),
    ),
    Command(
        name="ask",
        help="ask people for their vote before a task can be completed",
        example="caseflow ask 2026-0017:4 wang zhao --policy 2/3",
        configure=_configure_ask,
        run=_acting(_ask),
    ),
    Command(
        name="vote",
        help="say what one thinks about a task that one was asked about",
        example="caseflow vote 2026-0017:4 agree",
        configure=_configure_vote,
        run=_acting(
            lambda desk, task, given: desk.vote(
                task, Vote(given.get("vote", str)), reason=_reason(given)
            )
        ),
    ),
    Command(
        name="urge",
        help="ask for a task to be done soon",
        example="caseflow urge 2026-0017:4 'the party calls every day'",
        configure=_configure_urge,
        run=_acting(lambda desk, task, given: desk.urge(task, given.get("message", str))),
    ),
    Command(
        name="plan",
        help="set the priority, due or follow-up time of a task",
        example="caseflow plan 2026-0017:4 --priority 90 --due 2026-03-09T18:00",
        configure=_configure_plan,
        run=_acting(_plan),
    ),
    Command(
        name="return",
        help="send a case back from a task to an earlier one",
        example="caseflow return 2026-0017:4 record --reason 'no address'",
        configure=_configure_return,
        run=_acting(
            lambda desk, task, given: desk.return_to(
                task,
                given.get("element", str),
                reason=_reason(given),
                person=given.maybe("to", str),
            )
        ),
    ),
    Command(
        name="recall",
        help="take a task back that one completed, while nobody acted on it",
        example="caseflow recall 2026-0017 record",
        configure=_configure_recall,
        run=_recall,
    ),
    Command(
        name="copy",
        help="let people look at a case",
        example="caseflow copy 2026-0017 wang zhao",
        configure=_configure_copy,
        run=_copy,
    ),
    Command(
        name="comment",
        help="comment on a case, or read its comments",
        example="caseflow comment 2026-0017 'the wall is down' --for unit --audience town-1",
        configure=_configure_comment,
        run=_comment,
    ),
)

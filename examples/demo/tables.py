"""What the demo prints: the tables of the county, and one matter through all of its cases."""

from __future__ import annotations

from datetime import timedelta

from examples.demo.report import Course, Figures
from examples.demo.trail import Trail
from rich.console import Console
from rich.table import Table

GROUPS = {
    "P01": ("summons_response", "plan_execution"),
    "P02": ("hotline_ticket", "monthly_rates"),
    "P03": ("grid_matter",),
    "P04": ("dispute_mediation",),
    "P05": ("peoples_mediation",),
    "P06": ("administrative_mediation", "police_mediation"),
    "P07": ("judicial_mediation",),
    "P08": ("judicial_confirmation", "agreement_follow_up"),
    "P09": ("emergency_handling", "event_grading", "event_investigation"),
    "P10": ("major_matter",),
    "P11": ("joint_conference", "topic_watch"),
    "P12": ("reception", "petition", "invited_talk", "home_visit"),
    "P13": ("deliberation", "four_steps_two_publicities"),
    "P14": ("property_rating",),
    "P15": ("incubation",),
    "P16": ("lecture_forum",),
    "P17": ("training_year", "training_class", "talent_pool"),
    "X1": ("supervision", "supervision_request"),
    "X2": ("follow_up_visit",),
    "X3": ("return_and_ruling",),
    "X4": ("archive_file",),
}
"""The processes of the library by their groups; what stands in none is shown behind them."""

LONGER = {
    "training_year": "takes a year 为期一年",
    "talent_pool": "a year of mentoring 带教一年",
    "petition": "sixty days, and thirty to ask for review 六十日，另三十日复查",
    "incubation": "a year of incubation 孵化一年",
}
"""Why no case of a process can have come to its end."""

LONGEST = 8
MOST_MISSED = 12
MOST_ENDS = 3
LINES = 4


def show(figures: Figures, console: Console) -> None:
    """Print the four tables."""
    for table in (_courses(figures), _limits(figures), _tiers(figures), _waits(figures)):
        console.print(table)


def _table(title: str, *columns: str, right: int) -> Table:
    """Make a table whose columns from the one numbered ``right`` hold numbers."""
    table = Table(title=title)
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number >= right else "left")
    return table


def _courses(figures: Figures) -> Table:
    table = Table(title="The process library 各流程办理情况")
    table.add_column("")
    table.add_column("process\n流程", no_wrap=True)
    table.add_column("ends\n结果")
    for name in (
        "opened\n件",
        "ended\n结",
        "on time\n按期",
        "late\n逾期",
        "longest, days\n最长等待",
    ):
        table.add_column(name, justify="right")
    listed = {process: group for group, processes in GROUPS.items() for process in processes}
    others = {process: "" for process in figures.courses if process not in listed}
    for process, group in {**listed, **others}.items():
        course = figures.courses.get(process)
        if course is not None:
            table.add_row(group, process, _ends(process, course), *_numbers(course))
    return table


def _ends(process: str, course: Course) -> str:
    if not course.ends:
        return LONGER.get(process, "—")
    common = course.ends.most_common()
    told = [f"{end} {number}" for end, number in common[:MOST_ENDS]]
    rest = sum(number for _, number in common[MOST_ENDS:])
    return ", ".join([*told, *([f"other 其他 {rest}"] if rest else [])])


def _numbers(course: Course) -> tuple[str, ...]:
    counts = (course.opened, course.ends.total(), course.on_time, course.late)
    return (*map(str, counts), _days(course.longest))


def _limits(figures: Figures) -> Table:
    title = "Limits missed most often 逾期最多的时限"
    names = ("on time 按期", "late 逾期", "late, open 逾期未结", "timer ran out 计时届满")
    table = _table(title, "limit 时限", *names, right=1)
    missed = sorted(
        figures.limits.items(), key=lambda one: (-one[1].late - one[1].open_late, one[0])
    )
    for name, kept in missed[:MOST_MISSED]:
        row = (kept.on_time, kept.late, kept.open_late, kept.ran_out)
        table.add_row(name, *map(str, row))
    return table


def _tiers(figures: Figures) -> Table:
    table = _table("Escalations by tier 提级与督办", "tier 层级", "times 次", right=1)
    for tier, number in figures.escalations.most_common():
        table.add_row(tier, str(number))
    return table


def _waits(figures: Figures) -> Table:
    table = _table(
        "Longest waits 最长等待", "matter 事项", "process 流程", "task 任务", "days 天", right=3
    )
    for wait in sorted(figures.waits, key=lambda one: (-one.span, one.number))[:LONGEST]:
        table.add_row(wait.number, wait.process, wait.element, _days(wait.span))
    return table


def _days(span: timedelta) -> str:
    return f"{span / timedelta(days=1):.1f}"


def show_trail(trail: Trail, console: Console) -> None:
    """Print one matter: its cases, how each came about and stands, and what happened first."""
    table = Table(title=f"One matter, one number 一件事一个编号: {trail.number}")
    for name in ("process 流程", "came about by 由来", "opened 立案", "state 状态"):
        table.add_column(name)
    for step in trail.steps:
        table.add_row(step.process, step.origin, step.opened, step.state)
    console.print(table)
    for step in trail.steps:
        console.print(f"[bold]{step.process}[/bold]")
        for line in step.story[:LINES]:
            console.print(
                f"  {line}", markup=False, highlight=False, no_wrap=True, overflow="ellipsis"
            )
        if len(step.story) > LINES:
            console.print(f"  … {len(step.story) - LINES} more", highlight=False)

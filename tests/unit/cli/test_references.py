"""How cases and tasks are named."""

from __future__ import annotations

from tests.unit.cli.shell import Shell


def ids(office: Shell) -> list[str]:
    return [str(row["id"]) for row in office.part("cases", "cases")]


def test_a_case_goes_by_its_id_the_beginning_of_it_or_its_key(office: Shell) -> None:
    office.start("A-1")
    office.start("A-2")
    first, second = ids(office)
    common = next(n for n in range(36) if first[n] != second[n])

    found = [office.case("show", name)["id"] for name in ("A-2", second, second[: common + 1])]

    assert found == [second, second, second]


def test_the_beginning_of_two_ids_names_neither(office: Shell) -> None:
    office.start("")
    office.do("start", "complaint", "--event", "received")
    first, second = ids(office)

    printed = office.run("show", first[:4])

    assert printed.code == 1
    assert printed.err.splitlines() == [
        f"2 cases go by '{first[:4]}'; name one by its id:",
        f"  {first}  visit, running, since 2026-03-02 09:00",
        f"  {second}  complaint, running, since 2026-03-02 09:00",
    ]


def test_a_key_of_two_cases_names_neither(office: Shell) -> None:
    office.start("A-1")
    office.start("A-1")

    printed = office.run("cancel", "A-1", "--reason", "twice")

    assert printed.code == 1
    assert printed.err.splitlines()[0] == "2 cases go by 'A-1'; name one by its id:"


def test_a_name_that_no_case_has_is_not_found(office: Shell) -> None:
    unknown = "01a206e2-b0b2-78e0-b487-7a2cbb323500"

    codes = [
        office.run(*command).code
        for command in (
            ("show", "nobody"),
            ("show", unknown),
            ("history", unknown[:9]),
            ("tasks", "--case", unknown),
            ("incidents", "--case", "nobody"),
            ("claim", f"{unknown}:1"),
        )
    ]

    assert codes == [3, 3, 3, 3, 3, 3]


def test_what_is_no_name_of_a_task_is_wrong_use(office: Shell) -> None:
    printed = office.run("claim", "A-1")

    assert printed.code == 2
    assert printed.err == "'A-1' names nothing: write CASE:NUMBER, as the lists show it\n"


def test_a_key_may_have_a_colon(office: Shell) -> None:
    office.start("2026:17")

    assert office.do("claim", "2026:17:3").code == 0

"""``decide`` makes a decision of a file and tells how; ``lint`` takes decisions too."""

from __future__ import annotations

from pathlib import Path

from tests.unit.cli.shell import Shell

from caseflow.cli.failures import Exit

DATA = Path(__file__).parents[2] / "data" / "dmn"
GRADING = str(DATA / "grading.dmn")
VALUES = ("--with", "people=5", "--with", "risk colour=blue", "--with", "has power=true")


def test_decide_tells_the_steps_and_the_result(shell: Shell) -> None:
    printed = shell.run("decide", GRADING, "handling", *VALUES)

    assert (printed.code, printed.lines) == (
        Exit.OK,
        [
            "level 分级 Level",
            "  人数 People = 5",
            '  风险 Risk = "blue"',
            "  职权 Power = true",
            "  rule 4 (several) fits: 人数 People = 5 fits [2..30)",
            '  gives "E2"',
            "handling 处置 Handling",
            '  分级 Level = "E2"',
            '  rule 1 (village) fits: 分级 Level = "E2" fits "E1", "E2"',
            '  gives {tier: "village", days: 3}',
            'result: {tier: "village", days: 3}',
        ],
    )


def test_decide_shows_every_verdict_where_asked(shell: Shell) -> None:
    printed = shell.run("decide", GRADING, "level", *VALUES, "--rules")

    assert '    rule 1: -: yes, "red": no, -: yes' in printed.lines
    assert "    rule 4: [2..30): yes, -: yes, -: yes" in printed.lines


def test_decide_prints_json(shell: Shell) -> None:
    document = shell.run("decide", GRADING, "level", *VALUES, "--json").document

    assert document == {
        "decision": "level",
        "result": "E2",
        "steps": [
            {
                "decision": "level",
                "name": "分级 Level",
                "seen": [
                    {"title": "人数 People", "value": 5},
                    {"title": "风险 Risk", "value": "blue"},
                    {"title": "职权 Power", "value": True},
                ],
                "hits": [
                    {
                        "rule": "several",
                        "number": 4,
                        "reason": "人数 People = 5 fits [2..30)",
                        "outputs": ["E2"],
                    }
                ],
                "is_default": False,
                "rules": [],
                "result": "E2",
            }
        ],
    }


def test_values_may_be_written_in_feel(shell: Shell) -> None:
    printed = shell.run(
        *("decide", GRADING, "level", "--with", "people==10 + 25"),
        *("--with", "risk colour=blue", "--with", "has power=true"),
    )

    assert printed.lines[-1] == 'result: "E4"'


def test_decide_says_what_is_missing_or_wrong(shell: Shell) -> None:
    without = shell.run("decide", GRADING, "level", "--with", "people=5")
    wrong = shell.run("decide", GRADING, "level", "--with", 'people="many"')
    unknown = shell.run("decide", GRADING, "grade")
    misused = shell.run("decide", GRADING, "level", "--with", "people")

    assert without.code == Exit.REFUSED
    assert "decision level: the case has no risk colour and no has power" in without.err
    assert 'decision level, 涉及人数 People: "many" is not a number' in wrong.err
    assert (unknown.code, misused.code) == (Exit.MISUSED, Exit.MISUSED)
    assert "it has level, handling" in unknown.err


def test_lint_checks_decisions(shell: Shell, tmp_path: Path) -> None:
    faulty = (
        (DATA / "grading.dmn")
        .read_text(encoding="utf-8")
        .replace('"E3"</text></inputE', '"E4"</text></inputE')
    )
    (tmp_path / "faulty.dmn").write_text(faulty, encoding="utf-8")

    clean = shell.run("lint", GRADING)
    found = shell.run("lint", str(tmp_path))

    assert (clean.code, clean.lines) == (Exit.OK, ["1 file: 0 errors, 0 warnings"])
    assert found.code == Exit.REFUSED
    assert 'rule 2 (town) and rule 3 (county) both fit: 分级 Level = "E4"' in found.out
    assert 'no rule fits 分级 Level = "E3"' in found.out

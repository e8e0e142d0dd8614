"""What a user installs: the wheel holds the package, its licence and the process library."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.long


def run(*arguments: str, folder: Path) -> str:
    """Run Python on arguments and return what it prints."""
    return subprocess.run(  # noqa: S603 - the arguments are of this module
        [sys.executable, *arguments], cwd=folder, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


@pytest.fixture(scope="module")
def wheel(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    offline = ("--no-deps", "--no-index", "--no-build-isolation")
    run("-m", "pip", "wheel", "--quiet", *offline, str(repository), folder=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture
def installed(wheel: Path, tmp_path: Path) -> Path:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    return tmp_path


def files(folder: Path) -> set[Path]:
    return {
        path.relative_to(folder)
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_holds_the_package_and_the_library(installed: Path, repository: Path) -> None:
    library = {Path("processes", path) for path in files(repository / "processes")}

    packed = files(installed / "caseflow")

    assert packed == files(repository / "src" / "caseflow") | library


def test_the_wheel_carries_its_licence(installed: Path) -> None:
    licences = {path.name for path in installed.glob("*.dist-info/licenses/*")}

    assert licences == {"LICENSE", "NOTICE"}


def test_an_installed_package_finds_its_library(installed: Path) -> None:
    (installed / "caseflow" / "processes").mkdir(exist_ok=True)
    question = "from caseflow.library import process_library; print(process_library())"

    answer = run("-c", question, folder=installed)

    assert answer.strip() == str(installed / "caseflow" / "processes")

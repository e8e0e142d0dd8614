"""What a package offers at its front door exists and says what it is."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from types import ModuleType

import pytest

import caseflow


@pytest.fixture(scope="module")
def packages() -> list[ModuleType]:
    return [
        importlib.import_module(found.name)
        for found in pkgutil.iter_modules(caseflow.__path__, "caseflow.")
        if found.ispkg
    ]


def says_nothing(value: object) -> bool:
    """Whether a class or function has no docstring of its own (dataclasses make one up)."""
    if not inspect.isclass(value) and not inspect.isroutine(value):
        return False
    written = vars(value).get("__doc__") if inspect.isclass(value) else value.__doc__
    return not written or written.startswith(f"{value.__name__}(")


def offers(package: ModuleType) -> list[str]:
    return list(getattr(package, "__all__", ()))


def test_every_package_declares_what_it_offers(packages: list[ModuleType]) -> None:
    assert [package.__name__ for package in packages if not hasattr(package, "__all__")] == []


def test_every_name_at_a_front_door_exists(packages: list[ModuleType]) -> None:
    missing = [
        f"{package.__name__}.{name}"
        for package in packages
        for name in offers(package)
        if not hasattr(package, name)
    ]

    assert missing == []


def test_every_name_at_a_front_door_says_what_it_is(packages: list[ModuleType]) -> None:
    silent = [
        f"{package.__name__}.{name}"
        for package in packages
        for name in offers(package)
        if says_nothing(getattr(package, name, None))
    ]

    assert silent == []

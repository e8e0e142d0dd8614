"""The rules of the source that ruff, mypy and import-linter have no word for."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

EXECUTES_DATA = {"__import__", "compile", "eval", "exec"}
LOADS_OBJECTS = {"dill", "marshal", "pickle", "shelve", "yaml"}
VAGUE = {"base", "common", "helper", "helpers", "impl", "manager", "misc", "util", "utils"}
UNEXPLAINED_IGNORE = re.compile(r"# type: ignore(\[[\w, -]+\])?\s*(#\s*)?$")


@pytest.fixture(scope="module")
def source(repository: Path) -> dict[str, ast.Module]:
    """Every module of caseflow, by its dotted name."""
    top = repository / "src"
    return {
        ".".join(path.relative_to(top).with_suffix("").parts).removesuffix(".__init__"): ast.parse(
            path.read_text(encoding="utf-8"), filename=str(path)
        )
        for path in sorted(top.rglob("*.py"))
    }


@pytest.fixture(scope="module")
def contracts(repository: Path) -> dict[str, dict[str, list[str]]]:
    """The lists in each contract of import-linter, by the contract's id."""
    configuration = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))
    return {
        contract["id"]: {key: value for key, value in contract.items() if isinstance(value, list)}
        for contract in configuration["tool"]["importlinter"]["contracts"]
    }


def imports(module: ast.Module) -> Iterator[tuple[str, str]]:
    """What a module imports, as (from where, name); the name is empty for a plain import."""
    for node in ast.walk(module):
        match node:
            case ast.Import(names=names):
                yield from ((alias.name, "") for alias in names)
            case ast.ImportFrom(module=str(where), names=names):
                yield from ((where, alias.name) for alias in names)
            case _:
                pass


def package(module: str) -> str:
    """``caseflow.kernel`` for everything in the kernel."""
    return ".".join(module.split(".")[:2])


def test_nothing_executes_data(source: dict[str, ast.Module]) -> None:
    calls = {
        f"{name}:{node.lineno}: {node.func.id}()"
        for name, module in source.items()
        for node in ast.walk(module)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in EXECUTES_DATA
    }
    loaders = {
        f"{name}: {where}"
        for name, module in source.items()
        for where, _ in imports(module)
        if where.split(".")[0] in LOADS_OBJECTS
    }

    # Its safe loader makes plain values only, and that is the one it uses.
    loaders -= {"caseflow.org.yaml_documents: yaml"}

    assert calls | loaders == set()


def test_packages_meet_at_the_front_door(source: dict[str, ast.Module]) -> None:
    detours = {
        f"{name} imports {where}"
        for name, module in source.items()
        for where, _ in imports(module)
        if where.startswith("caseflow.")
        and package(where) != where
        and package(where) != package(name)
    }

    assert detours == set()


def test_any_and_cast_stay_in_store_and_spiff(source: dict[str, ast.Module]) -> None:
    loopholes = {
        f"{name}: {what}"
        for name, module in source.items()
        if package(name) not in {"caseflow.spiff", "caseflow.store"}
        for where, what in imports(module)
        if where == "typing" and what in {"Any", "cast"}
    }

    assert loopholes == set()


def test_an_ignored_type_error_says_why(repository: Path) -> None:
    silent = {
        f"{path.relative_to(repository)}:{number}"
        for top in ("src", "tests")
        for path in (repository / top).rglob("*.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if UNEXPLAINED_IGNORE.search(line)
    }

    assert silent == set()


def test_no_module_has_a_name_that_says_nothing(source: dict[str, ast.Module]) -> None:
    assert {name for name in source if VAGUE & set(name.split("."))} == set()


def test_each_foreign_library_has_one_door(
    contracts: dict[str, dict[str, list[str]]], source: dict[str, ast.Module]
) -> None:
    own = {"caseflow", *sys.stdlib_module_names}
    used = {where.split(".")[0] for module in source.values() for where, _ in imports(module)}

    doors = chain.from_iterable(
        contract.get("protected_modules", []) for contract in contracts.values()
    )

    assert set(doors) == used - own


def test_every_package_of_the_core_is_under_the_pure_contract(
    contracts: dict[str, dict[str, list[str]]], source: dict[str, ast.Module]
) -> None:
    existing = {package(name) for name in source}
    layers = [re.findall(r"\w+", layer) for layer in contracts["layers"]["layers"]]
    core = chain.from_iterable(layers[layers.index(["kernel"]) : -1])

    expected = {f"caseflow.{name}" for name in core} & existing

    assert set(contracts["pure"]["source_modules"]) == expected

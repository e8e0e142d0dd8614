"""The environment in which templates run: data in, text out, in bounded time and memory.

A template sees plain data, the filters below and the files of its own bundle. It reaches no
attribute of a Python object, calls nothing but macros, and every turn of a loop, call,
inclusion and character of output counts against a budget.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from jinja2 import BaseLoader, StrictUndefined, Template, TemplateNotFound, nodes
from jinja2.environment import TemplateModule
from jinja2.exceptions import SecurityError, TemplateAssertionError
from jinja2.runtime import BlockReference, Context, LoopContext, Macro, TemplateReference
from jinja2.sandbox import ImmutableSandboxedEnvironment

from caseflow.documents.words import FILTERS

MAX_STEPS = 200_000
"""How many turns of loops, calls and values one document may take."""

MAX_OUTPUT = 2_000_000
"""How many characters one document may have, those included that are shown in pieces."""

_LARGEST = 10**18
_LOOP = frozenset({"index", "index0", "revindex", "revindex0", "first", "last", "length"})
_TESTS = frozenset({"defined", "undefined", "none", "string", "number", "mapping", "sequence"})
_TESTS |= {"even", "odd", "eq", "ne", "lt", "le", "gt", "ge", "in", "true", "false", "boolean"}
_FORBIDDEN: Mapping[type[nodes.Node], str] = {
    nodes.Concat: "`~` is not allowed: write the values one behind the other",
    nodes.ScopedEvalContextModifier: "`autoescape` is not allowed",
    nodes.EvalContextModifier: "`autoescape` is not allowed",
    nodes.Pow: "`**` is not allowed",
    nodes.FilterBlock: "a filter block is not allowed: use the filter on a value",
}
_COUNTED = "_counted"


@dataclass(slots=True)
class _Budget:
    """What one document may still take."""

    steps: int = MAX_STEPS
    output: int = MAX_OUTPUT

    def step(self) -> None:
        self.steps -= 1
        if self.steps < 0:
            raise SecurityError(f"the template takes more than {MAX_STEPS} steps")

    def write(self, characters: int) -> None:
        self.step()
        self.output -= characters
        if self.output < 0:
            raise SecurityError(f"the document has more than {MAX_OUTPUT} characters")


_BUDGET: ContextVar[_Budget] = ContextVar("budget")


class Sandbox(ImmutableSandboxedEnvironment):
    """An environment for templates that nobody needs to trust."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%"})
    intercepted_unops = frozenset[str]()

    def __init__(self, loader: BaseLoader | None = None) -> None:
        """Load what templates extend, include and import by a loader, or nothing."""
        super().__init__(
            loader=loader,
            autoescape=_is_markup,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            finalize=_written,
        )
        self.globals.clear()
        self.filters = {**FILTERS, _COUNTED: _counted}
        self.tests = {name: test for name, test in self.tests.items() if name in _TESTS}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """Parse a template, refuse what is not allowed, and count what it repeats."""
        tree = super()._parse(source, name, filename)
        for kind, message in _FORBIDDEN.items():
            for node in tree.find_all(kind):
                raise TemplateAssertionError(message, node.lineno, name, filename)
        for loop in tree.find_all(nodes.For):
            if loop.recursive:
                message = "a recursive loop is not allowed"
                raise TemplateAssertionError(message, loop.lineno, name, filename)
            loop.iter = nodes.Filter(
                loop.iter, _COUNTED, [], [], None, None, lineno=loop.lineno, environment=self
            )
        return tree

    def getattr(self, obj: object, attribute: str) -> object:
        """Return an entry of a map, or what a loop, macro or imported template offers."""
        match obj:
            case Mapping():
                return self.getitem(obj, attribute)
            case LoopContext() if attribute in _LOOP:
                return getattr(obj, attribute)
            case TemplateModule() if not attribute.startswith("_"):
                return getattr(obj, attribute, self.undefined(obj=obj, name=attribute))
            case TemplateReference():
                return super().getitem(obj, attribute)
            case _:
                return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: object, argument: object) -> object:
        """Return an entry of a map or a list, and never an attribute."""
        match obj:
            case Mapping() if isinstance(argument, str) and argument in obj:
                return obj[argument]
            case list() | tuple() if isinstance(argument, int) and argument < len(obj):
                return obj[argument]
            case _:
                return self.undefined(obj=obj, name=str(argument))

    def is_safe_callable(self, obj: object) -> bool:
        """Tell whether a template may call this: a macro, or a block of its parent."""
        return isinstance(obj, Macro | BlockReference)

    def call(self, context: Context, called: object, /, *args: object, **kwargs: object) -> object:
        """Call a macro, and count it."""
        _BUDGET.get().step()
        return super().call(context, called, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: object, right: object) -> object:
        """Calculate with numbers, and with nothing else."""
        numbers = (left, right)
        if not all(isinstance(one, int | float) for one in numbers):
            raise SecurityError(f"`{operator}` is for numbers only")
        result = super().call_binop(context, operator, left, right)
        if not isinstance(result, int | float) or abs(result) > _LARGEST:
            raise SecurityError(f"`{operator}` gives a number that is too large")
        return result

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: Mapping[str, object] | None = None,  # noqa: A002 - Jinja2 calls it so
    ) -> Template:
        """Load a template that another one extends, includes or imports, and count it."""
        budget = _BUDGET.get(None)
        if budget is not None:
            budget.step()
        return super().get_template(name, parent, dict(globals) if globals else None)


class BundleLoader(BaseLoader):
    """Finds templates among given texts, and nowhere else."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        """Take all templates by their names."""
        self._texts = texts

    def get_source(
        self, _environment: object, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        """Return the text of a template. Raises TemplateNotFound."""
        if template not in self._texts:
            raise TemplateNotFound(template)
        return self._texts[template], template, lambda: True


@contextmanager
def budget() -> Iterator[None]:
    """Give a new budget to what is rendered inside."""
    token = _BUDGET.set(_Budget())
    try:
        yield
    finally:
        _BUDGET.reset(token)


def _is_markup(name: str | None) -> bool:
    """Tell whether values are escaped in a template: everywhere but in plain text."""
    return name is None or not name.endswith(".txt")


def _counted(items: Iterable[object]) -> Iterator[object]:
    """Yield what a loop goes through, and count it."""
    left = _BUDGET.get()
    for item in items:
        left.step()
        yield item


def _written(value: object) -> object:
    """Count what is shown; None is shown as nothing."""
    if value is None:
        return ""
    if isinstance(value, StrictUndefined):
        str(value)  # raises what says which name is missing
    text = value if isinstance(value, str) else str(value)
    _BUDGET.get().write(len(text))
    return text

"""The small safe language of conditions, timers, mappings and scripts."""

from __future__ import annotations

from caseflow.expressions.bounds import (
    MAX_BRACKETS,
    MAX_DEPTH,
    MAX_DIGITS,
    MAX_SOURCE,
    MAX_STEPS,
    NO_FUNCTIONS,
    Functions,
    Work,
)
from caseflow.expressions.closures import Names
from caseflow.expressions.compiler import (
    Function,
    FunctionCall,
)
from caseflow.expressions.expression import (
    Expression,
    Script,
    compile_expression,
    compile_script,
    compile_tree,
)
from caseflow.expressions.feel import (
    equals,
    exact,
)
from caseflow.expressions.feel_functions import FEEL_FUNCTIONS
from caseflow.expressions.functions import (
    FUNCTIONS,
    Builtin,
)
from caseflow.expressions.iso8601 import (
    Period,
    Repetition,
    parse_date,
    parse_duration,
    parse_moment,
    parse_repeating,
)
from caseflow.expressions.methods import (
    FIELDS,
    METHODS,
)
from caseflow.expressions.source import (
    Source,
    feel_source,
)
from caseflow.expressions.tree import (
    Arithmetic,
    Binary,
    Call,
    Choice,
    Comparison,
    Comprehension,
    Constant,
    Field,
    ListDisplay,
    Logic,
    MapDisplay,
    Node,
    Place,
    Quantifier,
    Relation,
    Sign,
    Subscript,
    Unary,
    Variable,
)
from caseflow.expressions.values import (
    Result,
    kind,
    shown,
)

__all__ = [
    "FEEL_FUNCTIONS",
    "FIELDS",
    "FUNCTIONS",
    "MAX_BRACKETS",
    "MAX_DEPTH",
    "MAX_DIGITS",
    "MAX_SOURCE",
    "MAX_STEPS",
    "METHODS",
    "NO_FUNCTIONS",
    "Arithmetic",
    "Binary",
    "Builtin",
    "Call",
    "Choice",
    "Comparison",
    "Comprehension",
    "Constant",
    "Expression",
    "Field",
    "Function",
    "FunctionCall",
    "Functions",
    "ListDisplay",
    "Logic",
    "MapDisplay",
    "Names",
    "Node",
    "Period",
    "Place",
    "Quantifier",
    "Relation",
    "Repetition",
    "Result",
    "Script",
    "Sign",
    "Source",
    "Subscript",
    "Unary",
    "Variable",
    "Work",
    "compile_expression",
    "compile_script",
    "compile_tree",
    "equals",
    "exact",
    "feel_source",
    "kind",
    "parse_date",
    "parse_duration",
    "parse_moment",
    "parse_repeating",
    "shown",
]

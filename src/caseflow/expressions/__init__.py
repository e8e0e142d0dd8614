"""The small safe language of conditions, timers, mappings and scripts."""

from __future__ import annotations

from caseflow.expressions.bounds import (
    MAX_SOURCE,
    MAX_STEPS,
    Functions,
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
)
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
from caseflow.expressions.values import Result

__all__ = [
    "FIELDS",
    "FUNCTIONS",
    "MAX_SOURCE",
    "MAX_STEPS",
    "METHODS",
    "Builtin",
    "Expression",
    "Function",
    "FunctionCall",
    "Functions",
    "Names",
    "Period",
    "Repetition",
    "Result",
    "Script",
    "compile_expression",
    "compile_script",
    "parse_date",
    "parse_duration",
    "parse_moment",
    "parse_repeating",
]

"""The name of every finding that the reader can make, and how bad each one is."""

from __future__ import annotations

from enum import StrEnum


class Rule(StrEnum):
    """What may be wrong with a diagram; the value is the ``rule`` of the finding."""

    # The file
    EMPTY_FILE = "empty-file"
    TOO_LARGE = "too-large"
    TOO_DEEP = "too-deep"
    UNREADABLE_TEXT = "unreadable-text"
    DOCTYPE = "doctype"
    NOT_XML = "not-xml"
    NOT_BPMN = "not-bpmn"

    # The schema
    UNKNOWN_ELEMENT = "unknown-element"
    UNKNOWN_ATTRIBUTE = "unknown-attribute"
    MISSING_ELEMENT = "missing-element"
    MISSING_ATTRIBUTE = "missing-attribute"
    STRAY_TEXT = "stray-text"
    BAD_VALUE = "bad-value"
    DUPLICATE_ID = "duplicate-id"
    AGAINST_SCHEMA = "against-schema"

    # What caseflow cannot run
    UNSUPPORTED_ELEMENT = "unsupported-element"
    UNSUPPORTED_LANGUAGE = "unsupported-language"
    UNSUPPORTED_EXTENSION = "unsupported-extension"
    UNKNOWN_EXTENSION = "unknown-extension"
    UNREAD_EXTENSION = "unread-extension"
    BAD_EXTENSION_VALUE = "bad-extension-value"
    HANDLER_FROM_CODE = "handler-from-code"

    # Names and references
    ELEMENT_WITHOUT_ID = "element-without-id"
    DANGLING_REFERENCE = "dangling-reference"
    UNUSABLE_NAME = "unusable-name"
    COMPUTED_NAME = "computed-name"

    # Expressions and values
    EMPTY_EXPRESSION = "empty-expression"
    MIXED_EXPRESSION = "mixed-expression"
    BAD_TIME_VALUE = "bad-time-value"
    TIMER_VALUES = "timer-values"
    BAD_NUMBER = "bad-number"

    # Sequence flows
    FLOW_CROSSES_SCOPE = "flow-crosses-scope"
    FLOW_LISTS = "flow-lists"
    START_WITH_INCOMING = "start-with-incoming"
    END_WITH_OUTGOING = "end-with-outgoing"
    BOUNDARY_WITH_INCOMING = "boundary-with-incoming"
    DEFAULT_FLOW = "default-flow"
    CONDITION_IGNORED = "condition-ignored"
    CONDITION_AFTER_EVENT = "condition-after-event"

    # Gateways
    GATEWAY_DIRECTION = "gateway-direction"
    EVENT_GATEWAY_TARGET = "event-gateway-target"
    EVENT_GATEWAY_TYPE = "event-gateway-type"
    INSTANTIATE_WITH_INCOMING = "instantiate-with-incoming"

    # Events
    BOUNDARY_HOST = "boundary-host"
    EVENT_WITHOUT_TRIGGER = "event-without-trigger"
    EVENT_NAMES_NOTHING = "event-names-nothing"
    TRIGGER_NOT_ALLOWED = "trigger-not-allowed"
    TRIGGER_STANDS_ALONE = "trigger-stands-alone"
    PARALLEL_WITH_ONE_TRIGGER = "parallel-with-one-trigger"
    MUST_INTERRUPT = "must-interrupt"
    THROW_WITHOUT_CODE = "throw-without-code"
    LINK_WITHOUT_TARGET = "link-without-target"
    DUPLICATE_LINK_TARGET = "duplicate-link-target"
    LINK_WITH_FLOW = "link-with-flow"
    CANCEL_OUTSIDE_TRANSACTION = "cancel-outside-transaction"
    COMPENSATION_HANDLER = "compensation-handler"
    COMPENSATION_WITH_FLOW = "compensation-with-flow"
    NOTHING_TO_COMPENSATE = "nothing-to-compensate"
    INCOMPLETE_CORRELATION = "incomplete-correlation"

    # Activities and their data
    MISSING_CALLED_ELEMENT = "missing-called-element"
    MISSING_SCRIPT = "missing-script"
    MULTI_INSTANCE_COUNT = "multi-instance-count"
    MULTI_INSTANCE_BEHAVIOR = "multi-instance-behavior"
    TRANSACTION_METHOD = "transaction-method"
    EVENT_SUBPROCESS_START = "event-subprocess-start"
    EVENT_SUBPROCESS_FLOW = "event-subprocess-flow"
    ADHOC_CONTENT = "adhoc-content"
    DATA_STORE_IGNORED = "data-store-ignored"

    # Processes, pools and the drawing
    NO_PROCESS = "no-process"
    EXECUTABLE_UNSAID = "executable-unsaid"
    LANE_OF_NOTHING = "lane-of-nothing"
    BAD_DRAWING = "bad-drawing"
    DUPLICATE_PROCESS = "duplicate-process"
    UNKNOWN_CALLED_PROCESS = "unknown-called-process"
    CALLED_PROCESS_NOT_EXECUTABLE = "called-process-not-executable"
    CALLED_PROCESS_START = "called-process-start"
    ENDLESS_RECURSION = "endless-recursion"
    RECURSION = "recursion"


WARNINGS = frozenset(
    {
        Rule.BAD_DRAWING,
        Rule.CONDITION_IGNORED,
        Rule.DATA_STORE_IGNORED,
        Rule.EXECUTABLE_UNSAID,
        Rule.FLOW_LISTS,
        Rule.GATEWAY_DIRECTION,
        Rule.HANDLER_FROM_CODE,
        Rule.INCOMPLETE_CORRELATION,
        Rule.LANE_OF_NOTHING,
        Rule.NO_PROCESS,
        Rule.NOTHING_TO_COMPENSATE,
        Rule.PARALLEL_WITH_ONE_TRIGGER,
        Rule.RECURSION,
        Rule.THROW_WITHOUT_CODE,
        Rule.UNREAD_EXTENSION,
    }
)
"""Rules that never refuse a diagram: it runs, though perhaps not as its author thinks."""

INTEGRITY = frozenset(
    {
        Rule.BOUNDARY_HOST,
        Rule.DANGLING_REFERENCE,
        Rule.ELEMENT_WITHOUT_ID,
        Rule.FLOW_CROSSES_SCOPE,
    }
)
"""Rules that refuse a process even where it is only documentation: it could not be held."""

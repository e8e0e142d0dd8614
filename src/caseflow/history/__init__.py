"""Provable history: facts in a chain of hashes, commitments, exports and signed checkpoints."""

from __future__ import annotations

from caseflow.history.chain import (
    Checked,
    End,
    Flaw,
    check_facts,
)
from caseflow.history.checkpoints import (
    Checkpoint,
    HmacSigner,
    Signer,
    read_checkpoint,
    write_checkpoint,
)
from caseflow.history.export import (
    CheckedExport,
    ExportedCase,
    check_export,
    write_export,
)
from caseflow.history.facts import (
    FIRST_HASH,
    Fact,
    fact_hash,
)
from caseflow.history.seals import (
    Openings,
    dump_openings,
    load_openings,
    names_in,
    opened,
    redacted,
    sealed,
    without,
)

__all__ = [
    "FIRST_HASH",
    "Checked",
    "CheckedExport",
    "Checkpoint",
    "End",
    "ExportedCase",
    "Fact",
    "Flaw",
    "HmacSigner",
    "Openings",
    "Signer",
    "check_export",
    "check_facts",
    "dump_openings",
    "fact_hash",
    "load_openings",
    "names_in",
    "opened",
    "read_checkpoint",
    "redacted",
    "sealed",
    "without",
    "write_checkpoint",
    "write_export",
]

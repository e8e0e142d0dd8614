"""``python -m caseflow.cli``."""

from __future__ import annotations

import sys

from caseflow.cli.entry import main

sys.exit(main())

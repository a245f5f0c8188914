"""The words for what staff are and may do; which role may do what, the table of roles says."""

from __future__ import annotations

from typing import Literal, get_args

Role = Literal[
    "officer",
    "fines-officer",
    "cash-officer",
    "confiscation-officer",
    "team-leader",
    "manager",
    "administrator",
    "auditor",
]

LookUp = Literal["trace-dwp", "trace-hmrc", "trace-police"]
"""Looking into the records of others, for whoever is named to them as its user (law page 7.5)."""

LOOK_UPS: tuple[LookUp, ...] = get_args(LookUp)
"""All of them."""

Permission = Literal[
    "view",
    "search",
    "note",
    "call",
    "promise",
    "receipt",
    "reverse",
    "work",
    "acknowledge",
    "details",
    "marker",
    "terms",
    "safeguard",
    "stop",
    "decide",
    "lift",
    "lead",
    "restricted",
    "import",
    "export",
    "trace",
    LookUp,
]
"""Everything that is asked of a role. The table of roles says who has it; a word that is not here stands in no row of it."""

"""What falls to a case of the practice office before it is lived: one value of everything that is dealt by quotas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from api_client.practice_material import Habit

Kind = Literal["FCPC", "FCOST", "FVEBD"]
"""What is ordered beside the fine: costs of the Crown Prosecution Service, of another prosecutor, or those and back duty."""


INSTEAD = "contacted instead"
"""Of a representative to whom we speak in the place of whoever owes."""


@dataclass(frozen=True, slots=True)
class Lot:
    """What fell to one case, in the words of the aims."""

    habit: Habit = "irregular"
    kind: Kind = "FCPC"
    losses: int = 0
    """For how many a compensation is ordered."""
    size: str | None = None
    """How much is imposed in all, as a band; whatever it comes to if None."""
    ordered: str = "instalments"
    """The kind of terms that the court set."""
    method: str = "card"
    """How they usually pay."""
    step: str | None = None
    """The enforcement step that was the last when the case began here."""
    status: str = "L"
    marker: str | None = None
    welsh: bool = False
    interpreter: bool = False
    representative: str = "none"
    returned: bool = False
    """Post comes back from the newest address."""
    ringable: bool = True
    """There is a number on which they can be rung."""

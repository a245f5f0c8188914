"""The rows of the tables about money: what each says, and which values it may have."""

from __future__ import annotations

from typing import Annotated

from casework.table_rows import Codes, Names, Row


class ReversalReason(Row):
    """Why a payment is undone."""

    key = "code"
    code: str
    label: str
    methods: Annotated[Codes, Names("payment_methods")] = ()
    """The ways to pay that it can happen to; none named: to all."""
    payers_doing: bool
    """The money failed on the payer's side: a promise that it kept has no more days of grace than it had."""

    def fits(self, method: str) -> bool:
        """Whether a payment by `method` can be undone for this."""
        return not self.methods or method in self.methods

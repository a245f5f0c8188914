"""How an account stands with its terms, lived through a second time: ten thousand accounts with payments, payments undone and
new terms in any order, beside a ledger on paper and the days of `test_terms_naive`. Each is made from its number, which a
failure names.

On paper nothing is remembered but the line of each payment and whether it is still good: how far behind somebody is on a day
is worked out anew from all that is known then. Money that was taken back was never there, whichever terms it fell under.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from random import Random

from casework.actions.receipt import TakeReceipt
from casework.actions.reverse import Reverse
from casework.actions.terms import AgreeTerms
from casework.case import Case
from casework.standing import behind
from casework.terms import Terms
from tests.cases import COLLEAGUE, FINES_OFFICER, Story, an_account, imposed
from tests.unit.test_promises_naive import Desk
from tests.unit.test_terms_naive import EVERY, Bill, History, Payment, lived

ACCOUNTS = 10_000
FIRST_DAY = date(2026, 12, 8)
DEBTS = (500, 3_000, 20_000)
FIRST_TERMS = (
    None,
    Terms(plan="in_full", by=date(2026, 12, 20)),
    Terms(plan="instalments", amount_pence=700, every="weekly", start=date(2026, 11, 19)),
    Terms(plan="instalments", amount_pence=1_500, every="monthly", start=date(2026, 10, 31)),
)


@cache
def opened(debt: int, terms: Terms | None) -> Case:
    """An account as it comes in."""
    return Story(an_account(imposed(pence=debt), terms=terms)).case


@dataclass
class Line:
    """A payment in the ledger on paper."""

    pence: int
    on: date
    good: bool = True


@dataclass
class Paper:
    """What is owed, the lines of the ledger, and how many of them there were when the terms began."""

    debt: int
    terms: Terms | None
    lines: list[Line] = field(default_factory=list)
    began_after: int = 0

    @property
    def owed(self) -> int:
        """Now, with what is known now."""
        return self.debt - sum(line.pence for line in self.lines if line.good)

    def bills(self, day: date) -> Sequence[Bill]:
        """What has fallen due by the evening of `day` under the terms in force, as it stands then."""
        assert self.terms is not None
        before, since = self.lines[: self.began_after], self.lines[self.began_after :]
        to_pay_off = self.debt - sum(line.pence for line in before if line.good)
        paid = [Payment(line.pence, line.on) for line in since if line.good]
        *_, (_, bills) = lived(History(self.terms, to_pay_off, paid, frozenset({day})))
        return bills


def new_terms(rng: Random, today: date) -> Terms:
    """Some that have not begun yet."""
    start = today + timedelta(rng.choice([0, 1, 7, rng.randrange(40)]))
    if rng.random() < 0.2:
        return Terms(plan="in_full", by=start)
    amount, every = rng.choice([500, 1_000, rng.randint(250, 2_500)]), rng.choice(EVERY)
    if rng.random() < 0.6:
        return Terms(plan="instalments", amount_pence=amount, every=every, start=start)
    lump_by = max(today, start + timedelta(rng.choice([0, -3, 7])))
    return Terms(
        plan="lump_sum", amount_pence=amount, every=every, start=start, lump_sum_pence=1_200, lump_sum_by=lump_by
    )


def step(rng: Random, paper: Paper, desk: Desk, today: date) -> str:
    """One thing that happens, on paper and at the desk; says what."""
    good = [n for n, line in enumerate(paper.lines) if line.good]
    what = rng.random()
    if what < 0.3 and good:
        number = rng.choice(good)
        paper.lines[number].good = False
        desk.does(Reverse(receipt=desk.taken[number], reason="REVPAY"), today, COLLEAGUE)
        return "undone, from before the terms" if number < paper.began_after else "undone"
    if not paper.owed:
        return "nothing owed"
    if what < 0.8:
        pence = min(paper.owed, rng.choice([700, 1_500, rng.randint(1, 2_000), paper.owed]))
        on = today - timedelta(rng.choice([0, 0, 1, 20]))
        paper.lines.append(Line(pence, on))
        desk.does(TakeReceipt(amount_pence=pence, method="notes", received_on=on), today)
        return "paid"
    terms = new_terms(rng, today)
    if terms != paper.terms:
        paper.terms, paper.began_after = terms, len(paper.lines)
        keys = terms.model_dump(exclude_none=True)
        agreed = AgreeTerms(**keys, reason="HOURS", consent=True, consent_how="by telephone")
        desk.does(agreed, today, FINES_OFFICER)
    return "new terms"


def test_ten_thousand_accounts_agree_with_a_ledger_on_paper() -> None:
    """What is owed, the arrears and the first missed, on days on which something happened and on days between.

    Seen red with: a payment that was undone counted; one not marked as undone; its postings put on again; terms that begin
    with the account; something paid towards new terms from the start; in arrears on its day; the payments of the day left
    out.
    """
    seen: Counter[str] = Counter()
    for number in range(ACCOUNTS):
        rng = Random(number)
        debt, terms = rng.choice(DEBTS), rng.choice(FIRST_TERMS)
        paper, desk, today = Paper(debt, terms), Desk(opened(debt, terms)), FIRST_DAY
        for _ in range(rng.randint(2, 8)):
            seen[step(rng, paper, desk, today)] += 1
            assert desk.case.balance_pence == paper.owed, f"account {number} on {today}"
            today += timedelta(rng.choice([0, 0, 1, 7, rng.randrange(30)]))
            if rng.random() < 0.6:
                continue
            found = behind(desk.case, today)
            assert (found is None) == (paper.terms is None)
            if found is not None:
                overdue = [bill for bill in paper.bills(today) if bill.due < today and bill.unpaid]
                expected = (sum(bill.unpaid for bill in overdue), overdue[0].due if overdue else None)
                assert (found.arrears_pence, found.first_missed) == expected, f"account {number} on {today}: {paper}"
                seen["behind" if overdue else "not behind"] += 1
    assert len(seen) == 7 and min(seen.values()) > 500, seen

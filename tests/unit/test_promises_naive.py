"""Promises lived through a second time, day by day with pencil and paper, and compared with what the desk makes of them in
ten thousand random histories of promises, payments, payments undone and new terms. Each is made from its number, which a
failure names.

It shares nothing with the modules under test: it knows the days of grace from the law page (section 7.4), counts working
days on its fingers, and keeps a jar of money for each promise.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from casework.actions.calendar import due, wakes_on
from casework.actions.declare import Action
from casework.actions.promise import CancelPromise, MakePromise, superseded
from casework.actions.receipt import TakeReceipt
from casework.actions.reverse import Reverse
from casework.case import Case
from casework.commit import decide
from casework.dates import start_of_day
from casework.events import Happening, Received, Stamp
from casework.refusals import Refused
from casework.situation import TakenReceipt
from casework.staff import Staff
from casework.terms import InForce
from tests.cases import COLLEAGUE, OFFICER, Story, an_account, imposed, shipped_tables, situation

HISTORIES = 10_000
ONE_DAY = timedelta(1)
FIRST_DAY = date(2026, 12, 8)
"""Near enough to Christmas."""
CLOSED = {
    *(date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1), date(2027, 3, 26), date(2027, 3, 29)),
    *(date(2027, 5, 3), date(2027, 5, 31), date(2027, 8, 30), date(2027, 12, 27), date(2027, 12, 28), date(2028, 1, 3)),
}
WHY = {"card": ("CHARGEBACK", "REVPAY"), "cheque": ("DISHCQ", "REVPAY"), "notes": ("REVPAY", "REVPAY")}
"""For each way to pay, the payer's doing and ours."""
TABLES = shipped_tables()
SMALL, LARGE = (Story(an_account(imposed(pence=pence))).case for pence in (6_000, 1_000_000))


# With pencil and paper


@dataclass
class Coin:
    """Money in the jar of a promise."""

    pence: int
    on: date
    good: bool = True


@dataclass
class Word:
    """A promise that was given."""

    pence: int
    due: date
    method: str
    given: date
    state: str = "open"
    paid: int = 0
    ended: date | None = None
    jar: list[Coin] = field(default_factory=list)
    waits_from: date | None = None
    before_terms: bool = False

    def until(self) -> date:
        """The last day on which we wait for the money."""
        day = max(self.due, self.waits_from or self.due)
        if self.method == "cheque":
            return day + timedelta(10)
        open_days = {"card": 3, "notes": 0}[self.method]
        while open_days:
            day += ONE_DAY
            if day.weekday() not in (5, 6) and day not in CLOSED:
                open_days -= 1
        return day

    def verdict(self, today: date) -> tuple[str, int]:
        """How it stands, and what is in the jar."""
        paid = sum(one.pence for one in self.jar if one.good and self.given <= one.on <= self.until())
        if paid >= self.pence * 0.95:
            return "kept", paid
        if today > self.until():
            return ("part", paid) if paid else ("broken", 0)
        return "open", paid

    def end(self, state: str, paid: int, today: date) -> None:
        """It is over."""
        self.state, self.paid, self.ended = state, paid, today


@dataclass
class Paper:
    """All that is written down of one account."""

    owed: int
    words: list[Word] = field(default_factory=list)
    breaks: list[date] = field(default_factory=list)
    paid: list[tuple[Coin, int, Word | None]] = field(default_factory=list)
    """Each payment, what of it went to the debt, and the promise in whose jar it is."""

    def open(self) -> Word | None:
        return next((one for one in self.words if one.state == "open"), None)

    def look(self, today: date) -> None:
        """What a clerk does in the morning, and whenever the account is opened."""
        word = self.open()
        if word is not None:
            state, paid = word.verdict(today)
            if state != "open":
                word.end(state, paid, today)
            if state == "broken":
                self.breaks.append(today)

    def may_promise(self, pence: int, replaces: bool, today: date) -> bool:
        lately, word = [one for one in self.breaks if one + timedelta(90) >= today], self.open()
        fits = replaces and word.due >= today if word else not replaces
        return 0 < pence <= self.owed and fits and len(lately) < 2

    def promise(self, pence: int, due_on: date, method: str, today: date) -> None:
        if (old := self.open()) is not None:
            old.end("superseded", 0, today)
        self.words.append(Word(pence, due_on, method, today))

    def jar_for(self, pence: int, on: date) -> Word | None:
        """Into the last jar that was there on that day, but for an open one; the last penny owed goes into the open one."""
        standing, word = [one for one in self.words if one.given <= on], self.open()
        if word is not None and (pence >= self.owed or word in standing):
            return word
        return standing[-1] if standing else None

    def pay(self, pence: int, on: date, today: date) -> None:
        coin, word, share = Coin(pence, on), self.jar_for(pence, on), min(pence, self.owed)
        self.owed -= share
        self.paid.append((coin, share, word))
        if word is not None:
            word.jar.append(coin)
        if word is not None and word.state == "open":
            state, paid = word.verdict(today)
            if state == "kept" or self.owed == 0:
                word.end("kept", paid, today)
        elif word is not None and word.state in ("part", "broken"):
            state, paid = word.verdict(today)
            if state == "kept" or (state, word.state) == ("part", "broken"):
                if word.state == "broken":
                    self.breaks.remove(word.ended or today)
                word.end(state, paid, today)

    def undo(self, number: int, payers_doing: bool, today: date) -> str:
        coin, share, word = self.paid[number]
        coin.good = False
        self.owed += share
        if word is None or word.state not in ("kept", "part") or word.verdict(today)[0] == word.state:
            return "undone"
        before, word.waits_from = word.waits_from, word.waits_from if payers_doing else today
        if word.verdict(today)[0] == "kept":
            word.waits_from = before
            return "undone"
        taken = self.open() is not None or word.before_terms
        word.end("superseded" if taken else "open", 0, today)
        if not taken:
            word.ended = None
        return "undone, too late" if taken else "undone, open again"

    def new_terms(self, today: date) -> None:
        word = self.open()
        if word is not None and word.due >= today:
            word.end("superseded", 0, today)
        for one in self.words:
            one.before_terms = True


# At the desk


@dataclass
class Desk:
    """The case as the domain has it: decide and apply, without the chain, which is not at stake here."""

    case: Case
    taken: list[str] = field(default_factory=list)
    receipts: dict[str, TakenReceipt] = field(default_factory=dict)

    def apply(self, happened: list[Happening], today: date, actor: Staff = OFFICER) -> None:
        for what in happened:
            seq, now = self.case.version + 1, start_of_day(today)
            self.case = what.apply(self.case, Stamp(seq, now, actor.id))
            if isinstance(what, Received):
                self.taken.append(f"{seq}.1")
                self.receipts[f"{seq}.1"] = TakenReceipt(what, actor.id, now, reversed=False)

    def look(self, today: date) -> None:
        wakes = wakes_on(self.case, TABLES)
        if wakes is not None and wakes <= today:
            self.apply(due(self.case, situation(start_of_day(today))), today)

    def does(self, action: Action, today: date, actor: Staff = OFFICER) -> None:
        name = action.names_receipt()
        receipt = self.receipts[name] if name else None
        self.apply(
            decide(self.case, action, situation(start_of_day(today), actor=actor, receipt=receipt)), today, actor
        )

    def new_terms(self, today: date) -> None:
        """As agreeing terms does: what is open is superseded, and they begin with an event of their own."""
        self.apply(superseded(self.case, today), today)
        seq = self.case.version + 1
        began = InForce(id=f"{seq}.1", began_on=today, balance_pence=self.case.balance_pence)
        self.case = self.case.model_copy(update={"version": seq, "in_force": began})


# The two side by side


def step(rng: Random, paper: Paper, desk: Desk, today: date) -> str:
    """One thing that happens, on paper and at the desk; says what."""
    word, what = paper.open(), rng.random()
    live = [n for n, (coin, _, _) in enumerate(paper.paid) if coin.good]
    if what < 0.35:
        pence, method = rng.choice([2_000, 3_000, rng.randint(1, 7_000)]), rng.choice(["card", "cheque", "notes"])
        given, replaces = today + timedelta(rng.choice([0, 1, 3, 7, 14])), rng.random() < (0.3 if word else 0.05)
        action = MakePromise(amount_pence=pence, due=given, method=method, replaces=replaces)
        if paper.may_promise(pence, replaces, today):
            paper.promise(pence, given, method, today)
            desk.does(action, today)
            return "promise"
        with pytest.raises(Refused) as fault:
            desk.does(action, today)
        return "broken too often" if "promises-broken" in [one.code for one in fault.value.reasons] else "refused"
    if what < 0.75 or not live:
        asked = word.pence if word else 2_000
        pence = rng.choice([asked, asked * 95 // 100, asked // 2 + 1, rng.randint(1, 3_000)])
        on, method = today - timedelta(rng.choice([0, 0, 0, 1, 6])), rng.choice(["card", "cheque", "notes"])
        paper.pay(pence, on, today)
        desk.does(TakeReceipt(amount_pence=pence, method=method, received_on=on), today)
        return "payment"
    if what < 0.94:
        number, ours = rng.choice(live[-2:]), rng.random() < 0.4
        name = desk.taken[number]
        code = WHY[desk.receipts[name].received.method][ours]
        desk.does(Reverse(receipt=name, reason=code), today, COLLEAGUE)
        return paper.undo(number, code != "REVPAY", today)
    if what < 0.97 and word:
        if word.due < today:
            with pytest.raises(Refused, match="no longer taken back"):
                desk.does(CancelPromise(), today)
            return "not taken back"
        word.end("cancelled", 0, today)
        desk.does(CancelPromise(), today)
        return "cancelled"
    paper.new_terms(today)
    desk.new_terms(today)
    return "terms"


def on_paper(paper: Paper) -> list[dict[str, Any]]:
    return [{"state": one.state, "paid_pence": one.paid, "ended_on": one.ended} for one in paper.words]


def at_desk(case: Case) -> list[dict[str, Any]]:
    return [one.model_dump(include={"state", "paid_pence", "ended_on"}) for one in case.promises]


def test_ten_thousand_histories_agree_with_pencil_and_paper() -> None:
    """How every promise stands, what was paid towards it and when it ended, on each day; who may promise again.

    Seen red with: payments undone counted; every payment of its days counted; money always towards the last promise, or only
    towards an open one; grace never, always or too early begun again, or forgotten; what was kept in part not opened again;
    one opened again beside another, after new terms, or though other money keeps it; a promise replaced left open; one
    taken back in its days of grace; part kept counted as broken; three broken allowed, or counted by their due dates; a
    payment in full that keeps nothing.
    """
    seen: Counter[str] = Counter()
    for number in range(HISTORIES):
        rng = Random(number)
        desk = Desk(rng.choice([SMALL, LARGE]))
        paper = Paper(desk.case.balance_pence)
        today, left = FIRST_DAY, rng.randint(4, 10)
        while left or paper.open():
            paper.look(today)
            desk.look(today)
            for _ in range(min(left, rng.choice([0, 0, 0, 1, 1, 2]))):
                left -= 1
                seen[step(rng, paper, desk, today)] += 1
                paper.look(today)
                desk.look(today)
            assert at_desk(desk.case) == on_paper(paper), f"history {number} on {today}"
            today += ONE_DAY if rng.random() < 0.9 else timedelta(rng.choice([2, 9, 60]))
        assert desk.case.counters.broken_promises == len(paper.breaks), f"history {number}"
        assert desk.case.balance_pence == paper.owed, f"history {number}"
        seen.update(one.state for one in paper.words)
        seen.update("waited again" for one in paper.words if one.waits_from)
    assert len(seen) == 15 and min(seen.values()) > 100, seen

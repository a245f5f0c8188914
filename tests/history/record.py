"""Records the history of one case that went through every kind of event, as this release writes it.

    python -m tests.history.record 0.2

writes `0.2.jsonl`, one event body a line, and `0.2.case.json`, the case they add up to. Every release leaves one; it is
never written again, because what it proves is that old histories can still be read.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from casework.actions.call import LogCall
from casework.actions.note import WriteNote
from casework.actions.promise import CancelPromise, Given, MakePromise
from casework.actions.receipt import TakeReceipt
from casework.actions.work import Park, Skip, WrapUp
from casework.events import KINDS
from casework.people import Address, Adjustment
from casework.terms import Terms
from tests.cases import COLLEAGUE, Story, a_person, an_account, at, imposed

FOLDER = Path(__file__).parent


def a_long_story() -> Story:
    """A case in which everything happens that can."""
    person = a_person(
        "Llŷr",
        "Siân",
        date_of_birth=date(1984, 2, 29),
        addresses=(Address(lines=("1 Mill Lane", "Kidderminster"), postcode="DY10 2AA"),),
        emails=("sian@example.org",),
        adjustments=(Adjustment(code="large-print", review_on=date(2026, 12, 1)),),
        language="cy",
    )
    terms = Terms(
        plan="lump_sum",
        lump_sum_pence=5_000,
        lump_sum_by=date(2026, 9, 15),
        amount_pence=2_000,
        every="monthly",
        start=date(2026, 10, 1),
    )
    sums = (imposed("FO", 20_000), imposed("FCOMP", 10_000, paid=2_500), imposed("FCOMP", 5_000), imposed("FVS", 8_000))
    story = Story(an_account(*sums, person=person, terms=terms))
    story.does(WriteNote(text="Prefers Welsh.\n“Ddim cyn deg” → not before ten."), key="k-1")
    story.does(Skip(reason="LANGUAGE"), at(19, hour=11), pulled="2.1", key="k-2")
    story.does(LogCall(outcome="NO_ANS", number="07700 900123", finish=True), at(19, hour=14), pulled="2.1", key="k-3")
    back = LogCall(outcome="CALLBACK", call_back_at=at(20, hour=15), note="at work until three", talk_seconds=40)
    story.does(back, at(20), key="k-4")
    story.calendar(at(21, hour=0))
    story.does(Park(until=date(2026, 11, 24), reason="awaiting payslip"), at(21), by=COLLEAGUE, pulled="9.1", key="k-5")
    story.does(MakePromise(amount_pence=5_000, due=date(2026, 11, 27), method="cheque"), at(23), key="k-6")
    story.does(CancelPromise(), at(23, hour=12), key="k-7")
    promise = Given(amount_pence=5_000, due=date(2026, 11, 24), method="card")
    story.does(LogCall(direction="in", outcome="PTP", promise=promise), at(23, hour=13), key="k-8")
    story.does(TakeReceipt(amount_pence=1_000, method="card", received_on=date(2026, 11, 24)), at(25), key="k-9")
    story.calendar(at(28, hour=0))
    story.does(MakePromise(amount_pence=5_000, due=date(2026, 12, 1), method="card"), at(30), key="k-10")
    story.calendar(at(7, 12))
    story.does(MakePromise(amount_pence=3_000, due=date(2026, 12, 8), method="notes"), at(7, 12), key="k-11")
    paid = TakeReceipt(amount_pence=3_000, method="notes", received_on=date(2026, 12, 8), reference="till 4")
    story.does(paid, at(8, 12), key="k-12")
    story.does(WrapUp(outcome="DISPUTE", note="says the costs were remitted"), at(8, 12), pulled="7.1", key="k-13")
    last = TakeReceipt(amount_pence=50_000, method="transfer", received_on=date(2026, 12, 10))
    story.does(last, at(11, 12), key="k-14")
    return story


def main(version: str) -> None:
    """Write the files of `version`, if they are not there."""
    story = a_long_story()
    missing = set(KINDS) - {event.what.kind for event in story.events}
    assert not missing, f"nothing of the kind {missing} happens in this story"
    with (FOLDER / f"{version}.jsonl").open("xb") as stream:
        stream.writelines(event.body + b"\n" for event in story.events)
    with (FOLDER / f"{version}.case.json").open("x", encoding="utf-8") as state:
        state.write(story.case.model_dump_json(indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])

"""Records the histories of three cases that together went through every kind of event, as this release writes them.

    python -m tests.history.record 0.2

writes `0.2.jsonl`, one event body a line, and `0.2.case.json`, the case they add up to; and the same of a youth, for whom
only a court sets terms, as `0.2-youth`, and of somebody who is sought, as
`0.2-sought`. Every release leaves them; they are never written again, because what they prove is that old histories can still
be read.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

from casework.actions import parse_action
from casework.actions.asked_terms import RefuseTerms, RequestTerms
from casework.actions.call import LogCall
from casework.actions.handover import Acknowledge, HandOver
from casework.actions.marker import EndMarker, SetMarker
from casework.actions.means import TakeMeans
from casework.actions.note import WriteNote
from casework.actions.payment_card import AskCard
from casework.actions.promise import CancelPromise, Given, MakePromise
from casework.actions.receipt import TakeReceipt
from casework.actions.reverse import Reverse
from casework.actions.stops import LiftStop, Safeguard, SetStop
from casework.actions.trace import AskSource
from casework.actions.trace_result import RecordAnswer
from casework.actions.work import Park, Skip, WrapUp
from casework.events import KINDS
from casework.people import Address, Adjustment
from casework.tasks import HAND_OVER
from casework.terms import Terms
from tests.cases import COLLEAGUE, FINES_OFFICER, LEADER, OFFICER, Story, a_person, an_account, at, imposed

FOLDER = Path(__file__).parent


def a_long_story() -> Story:
    """An adult's case, in which everything happens that can but for what only a youth's has."""
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
    _came_to_nothing(story)
    _new_terms(story)
    _person_and_stops(story)
    for week in range(10):
        story.calendar(at(25, 1, hour=0, year=2027) + timedelta(weeks=week))
    return story


def _came_to_nothing(story: Story) -> None:
    """The payment that cleared the account is taken back, and the one that kept the last promise."""
    *_, kept, cleared = (one.id for one in story.case.receipts)
    story.does(Reverse(receipt=cleared, reason="REVPAY"), at(14, 12), by=LEADER, key="k-15")
    story.does(Reverse(receipt=kept, reason="REVPAY", note="another payer's"), at(14, 12), by=LEADER, key="k-16")


def _new_terms(story: Story) -> None:
    """Agreed; then others are asked for, and refused."""
    means = TakeMeans(income_pence=142_000, housing_pence=60_000, food_pence=42_000, note="payslip seen")
    story.does(means, at(14, 12, hour=12), key="k-18")
    week = {"amount_pence": 2_500, "every": "weekly", "start": "2026-12-18"}
    consent = {"consent": True, "consent_how": "in the call", "note": "wants to be rid of it"}
    agreed = {"kind": "terms", **week, "reason": "BETTER", **consent}
    story.does(parse_action(json.dumps(agreed)), at(14, 12, hour=12), key="k-19")
    story.does(AskCard(), at(14, 12, hour=13), key="k-20")
    less = RequestTerms(amount_pence=1_000, every="monthly", start=date(2027, 1, 29), reason="ILLNESS")
    story.does(less, at(15, 12), key="k-21")
    story.does(RefuseTerms(reason="AFFORDS", note="see the means form"), at(16, 12), by=FINES_OFFICER, key="k-22")


def _person_and_stops(story: Story) -> None:
    """What is learnt of the payer, who needs care; a number that is somebody else's; a worry, and stops."""
    learnt = {
        "kind": "details",
        "address": "9 Church Street, Kidderminster, DY10 2AB",
        "phone": "07700 900456",
        "employer": {"name": "Severn Carpets", "net_pence": 142_000, "paid": "monthly"},
        "benefit": "uc",
        "verified": True,
    }
    story.does(parse_action(json.dumps(learnt)), at(17, 12), key="k-23")
    story.does(SetMarker(code="bereavement", reason="her mother died in May"), at(17, 12), key="k-24")
    story.does(SetMarker(code="dog", reason="bit a postman", review_on=date(2027, 1, 26)), at(17, 12), key="k-25")
    first = story.case.markers[0]
    story.does(EndMarker(marker=first.id, reason="she asked for it"), at(18, 12), by=LEADER, key="k-26")
    story.does(LogCall(outcome="WRONG_NO", number="07700 900123"), at(18, 12), key="k-27")
    worry = Safeguard(concern="SELF_HARM", note="said that it is all too much", review_on=date(2027, 1, 8))
    story.does(worry, at(18, 12), key="k-28")
    story.does(SetStop(code="HOLD", reason="waiting for the hospital"), at(21, 12), key="k-29")
    for stop in ("CRISIS", "HOLD"):
        story.does(LiftStop(stop=stop, reason="she is well again"), at(22, 12), by=LEADER, key=f"k-{stop}")
    story.does(WriteNote(text="Meant for another case."), at(22, 12), key="slip")
    story.undoes(at(22, 12))


def a_youths_story() -> Story:
    """A case whose payer comes of age, after a parent was found who pays."""
    person = a_person("Ddraig", "Owain", date_of_birth=date(2008, 12, 1))
    story = Story(an_account(imposed("FO", 20_000), person=person, digits="24000732"))
    guardian = {"kind": "details", "guardian": {"surname": "Ddraig", "forenames": "Mari", "pays": True}}
    story.does(parse_action(json.dumps(guardian)), key="k-1")
    story.calendar(at(1, 12))
    return story


def a_sought_story() -> Story:
    """A case that goes from hand to hand, of somebody whom the sources are asked about: first in vain, then they are found."""
    story = Story(an_account(imposed("FO", 20_000), person=a_person("Pryce", "Wyn", phones=()), digits="24000733"))
    handed = HandOver(text="rang twice, his wife says try Friday", to=COLLEAGUE.id)
    story.does(handed, pulled="2.1", colleagues=(COLLEAGUE, LEADER), key="k-1")
    story.does(Acknowledge(), at(19, hour=12), by=COLLEAGUE, colleagues=(OFFICER, LEADER), key="k-2")
    handed = HandOver(text="rings back on Monday", to=COLLEAGUE.id)
    story.does(handed, at(19, hour=13), pulled="2.1", colleagues=(COLLEAGUE, LEADER), key="k-2b")
    theirs = next(task.id for task in story.case.tasks if task.kind == HAND_OVER)
    story.does(Skip(reason="KNOWN"), at(19, hour=14), by=COLLEAGUE, pulled=theirs, key="k-2c")
    story.does(Acknowledge(), at(19, hour=15), by=LEADER, colleagues=(OFFICER, COLLEAGUE), key="k-2d")
    for n, source in enumerate(("OWN", "ER"), 3):
        asked = AskSource(source=source, purpose="phone", reason="he has moved house")
        story.does(asked, at(20), key=f"k-{n}-asked")
        story.does(RecordAnswer(task=source, outcome="NEG"), at(20, hour=12), key=f"k-{n}-answered")
    story.calendar(at(21, 12, hour=0))
    story.does(AskSource(source="OWN", purpose="phone"), at(21, 12), key="k-5")
    found = {"kind": "trace-result", "outcome": "CONFIRMED", "phone": "07700 900789"}
    story.does(parse_action(json.dumps(found)), at(21, 12, hour=12), key="k-6")
    return story


def stories() -> Mapping[str, Story]:
    """What is recorded, by what stands after the release in the name of the file."""
    return {"": a_long_story(), "-youth": a_youths_story(), "-sought": a_sought_story()}


def main(version: str) -> None:
    """Write the files of `version`, if they are not there."""
    found = stories()
    missing = set(KINDS) - {event.what.kind for story in found.values() for event in story.events}
    assert not missing, f"nothing of the kind {missing} happens in these stories"
    for which, story in found.items():
        with (FOLDER / f"{version}{which}.jsonl").open("xb") as stream:
            stream.writelines(event.body + b"\n" for event in story.events)
        with (FOLDER / f"{version}{which}.case.json").open("x", encoding="utf-8") as state:
            state.write(story.case.model_dump_json(indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])

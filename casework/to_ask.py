"""What to say at the beginning of a call and what to ask in it: what is not known of whoever is to pay, and what was checked
so long ago that it may be so no longer. The sentences are a table's; here stands when each is wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta

from casework.case import Case
from casework.dates import months_after
from casework.people import Known
from casework.rows_calls import Prompt
from casework.rows_contact import CallKind
from casework.situation import Situation

_OPENINGS: Mapping[CallKind, Prompt] = {
    "out": "OPEN_OUT",
    "in": "OPEN_IN",
    "organisation": "OPEN_ORGANISATION",
    "third-party": "OPEN_THIRD_PARTY",
}


def opening(call: CallKind, situation: Situation) -> str:
    """How a call of this kind begins; nothing where the table says nothing."""
    row = situation.tables.call_prompts(situation.today).get(_OPENINGS[call])
    return row.text if row is not None else ""


def to_ask(case: Case, situation: Situation) -> list[str]:
    """What to ask of whoever is to pay, once they have shown who they are; the most wanted first."""
    rows = situation.tables.call_prompts(situation.today)
    return [row.text for code, row in rows.items() if (wanted := _WANTED.get(code)) and wanted(case, situation)]


def _no_job(case: Case, situation: Situation) -> bool:
    who = case.debtor
    lives_on_benefit = any(claim.stands for claim in who.benefits)
    return who.name.organisation is None and not lives_on_benefit and not (who.employer and who.employer.stands)


def _no_pay_day(case: Case, situation: Situation) -> bool:
    employer = case.debtor.employer
    return employer is not None and employer.stands and (employer.paid is None or employer.pay_day is None)


def _no_means(case: Case, situation: Situation) -> bool:
    return case.means is None and case.debtor.name.organisation is None


def _unchecked_number(case: Case, situation: Situation) -> bool:
    phone = case.debtor.phone
    return phone is None or phone.verified_on is None


def _may_want_welsh(case: Case, situation: Situation) -> bool:
    """Where payers are sent to the Welsh line, whoever has not said that they want Welsh."""
    line = situation.tables.payment_line(case.unit, "en", situation.today)
    return case.debtor.language != "cy" and "cy" in line.languages


def _ageing(fact: str, known: Callable[[Case], Iterable[Known | None]]) -> Callable[[Case, Situation], bool]:
    """Whether one of them may soon be relied on no longer."""

    def soon(case: Case, situation: Situation) -> bool:
        row = situation.tables.fact_lives(situation.today).get(fact)
        ahead = situation.today + timedelta(situation.tables.limit("fact-ageing-days", situation.today).amount)
        return row is not None and any(
            one is not None
            and one.stands
            and one.ages_from is not None
            and months_after(one.ages_from, row.months) < ahead
            for one in known(case)
        )

    return soon


_WANTED: Mapping[Prompt, Callable[[Case, Situation], bool]] = {
    "ADDRESS": lambda case, situation: case.debtor.address is None,
    "EMPLOYER": _no_job,
    "PAY_DAY": _no_pay_day,
    "MEANS": _no_means,
    "ADDRESS_OLD": _ageing("address", lambda case: case.debtor.addresses),
    "EMPLOYER_OLD": _ageing("employer", lambda case: (case.debtor.employer,)),
    "BENEFIT_OLD": _ageing("benefit", lambda case: case.debtor.benefits),
    "PHONE": _unchecked_number,
    "WELSH": _may_want_welsh,
}
"""When each is wanted; the openings are none of them."""

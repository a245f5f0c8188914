"""Who is inside the collection scheme, and who then sets terms: Courts Act 2003 Sch 5 paras 1, 12, 21 and 22; law page 1.1;
OPAL's four enforcement account types.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from casework.actions.asked_terms import RequestTerms
from casework.actions.terms import AgreeTerms
from casework.case import LastStep
from casework.commit import decide
from casework.dates import start_of_day
from casework.people import Guardian, Name, Person
from casework.refusals import Refused
from tests.cases import FINES_OFFICER, TODAY, Story, a_person, an_account, shipped_tables, situation, weekly

OPENED = date(2026, 9, 1)
ADULT = a_person(date_of_birth=date(2008, 9, 1))
"""Eighteen on the day the account was opened."""
YOUTH = a_person(date_of_birth=date(2008, 9, 2))
"""A day younger."""
COMPANY = Person(name=Name(organisation="Acme Ltd"))

INSIDE = [
    ({"person": ADULT}, "COL", []),
    ({"person": ADULT, "collection_order": False}, "A", ["no-collection-order"]),
    ({"person": COMPANY}, "CO", ["no-collection-order", "organisation"]),
    ({"person": YOUTH}, "Y", ["no-collection-order", "youth"]),
]
"""The account, OPAL's type, and why only a court sets its terms."""


def new(kind: type[AgreeTerms] | type[RequestTerms], pence: int = 2_000, **more: Any) -> Any:
    """Instalments from tomorrow."""
    keys = {"amount_pence": pence, "every": "weekly", "start": TODAY + timedelta(1), "reason": "JOB"}
    return kind.model_validate({**keys, **more})


def against(story: Story, action: Any) -> list[str]:
    """Why a fines officer cannot do it."""
    try:
        decide(story.case, action, situation(actor=FINES_OFFICER))
    except Refused as fault:
        return [one.code for one in fault.reasons]
    return []


@pytest.mark.parametrize(("account", "kind", "why"), INSIDE)
def test_the_fines_officer_sets_terms_under_a_collection_order_and_the_court_all_others(
    account: dict[str, Any], kind: str, why: list[str]
) -> None:
    """Not a fines officer either, and each is asked of the court. Seen red with: seventeen years enough."""
    story = Story(an_account(opened_on=OPENED, **account))
    assert story.case.account_type == kind
    assert against(story, new(AgreeTerms)) == ([*why, "ask-instead"] if why else [])
    if why:
        story.does(new(RequestTerms), by=FINES_OFFICER)
        assert story.case.request is not None and story.case.request.to == "court"


def test_a_youth_is_eighteen_from_the_first_minute_of_the_birthday_and_the_courts_all_the_same() -> None:
    """Law page 4.4: born on 2 September 2008; in London that day begins at eleven in the evening by UTC. Seen red with: the
    birthday begun at midnight UTC; terms let through from then on."""
    birthday = start_of_day(date(2026, 9, 2))
    story = Story(an_account(person=YOUTH, opened_on=OPENED), birthday - timedelta(hours=12))
    story.calendar(birthday - timedelta(seconds=1))
    assert story.case.of_age is None
    story.calendar(birthday)
    assert story.case.of_age == date(2026, 9, 2)
    assert [task.kind for task in story.case.tasks if task.kind == "of-age"]
    assert (story.case.account_type, story.case.collection_order) == ("Y", False)
    assert "youth" in against(story, new(AgreeTerms))


@pytest.mark.parametrize("pays", [True, False])
def test_a_parent_who_was_ordered_to_pay_may_be_under_a_collection_order(pays: bool) -> None:
    """OPAL page 1: asked for adults and parent-to-pay, never for those under 18. Seen red with: refused for both."""
    parent = Guardian(person=a_person("Smith", "Ann"), pays=pays)
    account = an_account(person=YOUTH, opened_on=OPENED, guardian=parent, collection_order=True)
    if not pays:
        with pytest.raises(Refused, match="no collection order for somebody under 18"):
            Story(account)
        return
    assert against(Story(account), new(AgreeTerms)) == []
    unsaid = Story(an_account(person=YOUTH, opened_on=OPENED, guardian=parent))
    assert not unsaid.case.collection_order


def test_nobody_makes_terms_worse_without_consent_not_even_a_fines_officer() -> None:
    """Para 22(3). A penny more a week is worse; with recorded consent it may be. Seen red with: so little more let through."""
    story = Story(an_account(terms=weekly(2_000, TODAY + timedelta(1))))
    assert against(story, new(AgreeTerms, 2_001)) == ["worse"]
    assert against(story, new(AgreeTerms, 1_999)) == []
    assert against(story, new(AgreeTerms, 2_001, consent=True, consent_how="by telephone")) == []


def test_reserve_terms_outlive_new_terms() -> None:
    """Paras 15 and 22: what holds if an attachment fails is not touched by what is agreed now."""
    reserve = weekly(10_000, date(2026, 9, 15))
    story = Story(an_account(terms=weekly(2_000, TODAY + timedelta(1)), reserve_terms=reserve))
    story.does(new(AgreeTerms, 1_000), by=FINES_OFFICER)
    assert story.case.reserve_terms == reserve


KEPT = "NAP NOENF REGF S18"
LIFTED = "ABDC AEOC COLLO FSN HTT INTL MAN PGPAY PRIS REM WDN"
"""OPAL page 3.2: of the steps that let new terms through, those with the flag KEEP, and the others. NOENF is kept too: a hold
must be removed explicitly (law page 1.4)."""


@pytest.mark.parametrize("code", [*KEPT.split(), *LIFTED.split()])
def test_new_terms_leave_the_last_step_where_opal_keeps_it_and_lift_any_other(code: str) -> None:
    """Seen red with: REGF lifted; FSN kept."""
    story = Story(an_account(last_step=LastStep(code=code, on=OPENED)))
    story.does(new(AgreeTerms), by=FINES_OFFICER)
    assert (story.case.last_step is not None) is (code in KEPT.split())


@pytest.mark.parametrize(
    "code", sorted(shipped_tables().steps(TODAY).keys() - {"CONF", *KEPT.split(), *LIFTED.split()})
)
def test_every_other_last_step_blocks_terms_and_asking_for_them(code: str) -> None:
    """Whoever asks. Seen red with: MPSO let terms through; the request not looked at."""
    story = Story(an_account(last_step=LastStep(code=code, on=OPENED)))
    assert against(story, new(AgreeTerms)) == ["step-blocks"]
    assert "step-blocks" in against(story, new(RequestTerms))


def test_the_terms_of_a_confiscation_order_are_the_courts() -> None:
    """Law page 1.5 (G10) and 5: never on this ladder, whatever OPAL's table lets through. Seen red with: the fines officer
    let through."""
    story = Story(an_account(last_step=LastStep(code="CONF", on=OPENED)))
    assert "confiscation" in against(story, new(AgreeTerms))
    story.does(new(RequestTerms), by=FINES_OFFICER)
    assert story.case.request is not None and story.case.request.to == "court"


@pytest.mark.parametrize(
    ("code", "terms"),
    [("L", True), ("C", False), ("CS", False), ("WO", False), ("TO", False), ("TA", False), ("TS", False)],
)
def test_only_a_live_account_takes_new_terms(code: str, terms: bool) -> None:
    """OPAL pages 1 and 2.1. Seen red with: one transferred to Scotland left open."""
    story = Story(an_account(status=code))
    assert against(story, new(AgreeTerms)) == ([] if terms else ["account-closed"])

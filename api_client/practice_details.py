"""What the staff of the practice office learn about people: numbers found, facts asked for again, jobs and benefits told."""

from __future__ import annotations

from datetime import datetime

from api_client.practice_life import Story
from api_client.practice_livings import make_employer
from api_client.practice_reach import mobile
from casework.actions.details import RecordDetails
from casework.actions.given import GivenAddress, GivenPhone
from casework.actions.given_means import GivenBenefit, GivenEmployer
from casework.dates import london_date
from casework.people import Employer, Known
from casework.staff import Staff


def find_number(story: Story, at: datetime, who: Staff) -> None:
    """Another number turned up, and was tried."""
    known, number = {one.number for one in story.case.debtor.phones}, mobile(story.rng)
    while number in known:
        number = mobile(story.rng)
    phone = GivenPhone(number=number)
    story.act(at, who, RecordDetails(phone=phone, source="trace", verified=True))


def confirm(story: Story, at: datetime, who: Staff, fact: str) -> None:
    """An address, a job or a benefit that was last checked too long ago is still so."""
    them = story.case.debtor
    if fact == "address" and (lived := next(filter(_asked_for, them.addresses), None)):
        address = GivenAddress(lines=lived.lines, postcode=lived.postcode)
        story.act(at, who, RecordDetails(address=address, source="trace", verified=True))
    elif fact == "employer" and them.employer is not None and _asked_for(them.employer):
        story.act(at, who, RecordDetails(employer=_job(them.employer), source="employer", verified=True))
    elif fact == "benefit":
        for claim in filter(_asked_for, them.benefits):
            benefit = GivenBenefit(
                benefit=claim.benefit, claimant=claim.claimant, other_deductions=claim.other_deductions
            )
            story.act(at, who, RecordDetails(benefit=benefit, source="dwp", verified=True))


def _asked_for(known: Known) -> bool:
    """Whether a fact is one that the calendar asks for again."""
    return known.standing in ("current", "expired")


def told(story: Story, at: datetime, who: Staff, outcome: str) -> None:
    """What was said in a call that ended with `outcome` is put on the case, if it is news."""
    them = story.case.debtor
    if outcome == "JOB_INFO" and them.employer is None:
        job = make_employer(story.rng, story.case.unit, london_date(at))
        story.act(at, who, RecordDetails(employer=_job(job)))
    elif outcome == "BENEFIT_INFO" and not them.benefits:
        story.act(at, who, RecordDetails(benefit=GivenBenefit(benefit="uc")))


def _job(known: Employer) -> GivenEmployer:
    """An employer as it would be told."""
    place = {"lines": known.address.lines, "postcode": known.address.postcode} if known.address else {}
    return GivenEmployer(
        **known.model_dump(include={*GivenEmployer.model_fields} - {"lines", "postcode", "standing"}), **place
    )

"""Record what was learnt about whoever is to pay: an address, a number, an employer, what they need.

One subject at a time in the form; in JSON several together. Who said so and whether it was checked is kept with each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import StrictBool

from casework.actions.after_trace import outcome_of_call
from casework.actions.declare import Action, Ask, Asking
from casework.actions.given import GivenAddress, GivenEmail, GivenName, GivenPhone, is_about
from casework.actions.given_means import GivenBenefit, GivenEmployer, GivenVehicle
from casework.actions.given_needs import GivenAdjustment, GivenGuardian, GivenPreference, GivenRepresentative
from casework.actions.heard import HEARD, LANGUAGES, Hearing, Learnt, refused
from casework.actions.work import ended
from casework.case import Case, Part
from casework.clean import Line, clean_line
from casework.dates import Day
from casework.events import DetailsChanged, GuardianSet, Happening, Stamp, TaskMade
from casework.events.people import Details
from casework.fields import Choice
from casework.identifiers import NationalInsurance
from casework.learnt import Telling
from casework.people import ADULT, OF_PEOPLE, Guardian, Name, Person, PhoneNumber, Source, Who, age_on
from casework.refusals import Reason, Refused
from casework.situation import Situation
from casework.tasks import ACCOUNT, CONTACT_DETAILS, TRACE
from casework.whom_to_ask import missing

PERSON: frozenset[Part] = frozenset({"person"})

YOUTHS_ONLY = "Sentencing Act 2020 s.380; Magistrates' Courts Act 1980 s.81"
"""Where a parent or guardian pays for somebody under 18."""

SUBJECTS: Mapping[str, str] = {
    "address": "Address",
    "phone": "Telephone",
    "email": "E-mail",
    "employer": "Employer and pay",
    "benefit": "Benefit",
    "date_of_birth": "Born",
    "national_insurance": "NI number",
    "name": "Name",
    "alias": "Known as",
    "vehicle": "Vehicle",
    "representative": "Representative",
    "adjustment": "Reasonable adjustment",
    "prefers": "Wants to be contacted",
    "language": "Language of letters and calls",
    "hearing_language": "Language of hearings",
    "interpreter": "Interpreter",
    "guardian": "Parent or guardian",
}
"""What `details` may be about, by the name of its field; the commonest first."""

_IN_A_LINE: Mapping[str, str] = {"employer": "employer", "national_insurance": "NI number", "prefers": "contact"}
"""What stands in the timeline where the form's words would not do."""

_OF_PEOPLE = ("benefit", *OF_PEOPLE)

_SOURCES: Mapping[Source, str] = {
    "payer": "the payer",
    "third-party": "somebody else",
    "employer": "the employer",
    "representative": "their representative",
    "court": "the court",
    "dwp": "DWP",
    "trace": "a trace",
    "staff": "a colleague",
}


def _subjects(asking: Asking) -> Sequence[Choice]:
    company = asking.case.debtor.name.organisation is not None
    hidden = [*(_OF_PEOPLE if company else ()), *([] if _is_youth(asking.case, asking.situation) else ["guardian"])]
    return tuple(Choice(code, label) for code, label in SUBJECTS.items() if code not in hidden)


def _of(asking: Asking) -> Sequence[Choice]:
    return (Choice("defendant", "the defendant"), Choice("guardian", "the parent or guardian"))


def _languages(asking: Asking) -> Sequence[Choice]:
    return LANGUAGES


def _sources(asking: Asking) -> Sequence[Choice]:
    return tuple(Choice(code, label) for code, label in _SOURCES.items())


def _payer(case: Case) -> Who:
    return "guardian" if case.guardian is not None and case.guardian.pays else "defendant"


def _is_youth(case: Case, situation: Situation) -> bool:
    """Whether the defendant is still under 18, as far as is known."""
    born = case.person.date_of_birth
    return case.youth and case.of_age is None and (born is None or age_on(born, situation.today) < ADULT)


class RecordDetails(Action):
    """What was learnt about whoever is to pay. What was known before is kept."""

    title = "Details"
    permission = "details"
    undoable = True
    rests_on = PERSON

    kind: Literal["details"] = "details"
    about: Annotated[Line | None, Ask("About", choices=_subjects, needed=lambda asking: True)] = None
    of: Annotated[
        Who | None,
        Ask(
            "Whose",
            word="of",
            choices=_of,
            default=lambda asking: _payer(asking.case),
            when=lambda asking: asking.case.guardian is not None,
        ),
    ] = None
    address: Annotated[GivenAddress | None, Ask("Address", when=is_about("address"))] = None
    phone: Annotated[GivenPhone | None, Ask("Telephone", when=is_about("phone"))] = None
    email: Annotated[GivenEmail | None, Ask("E-mail", when=is_about("email"))] = None
    employer: Annotated[GivenEmployer | None, Ask("Employer", when=is_about("employer"))] = None
    benefit: Annotated[GivenBenefit | None, Ask("Benefit", when=is_about("benefit"))] = None
    date_of_birth: Annotated[Day | None, Ask("Born", when=is_about("date_of_birth"), past=True, help="14/3/1984")] = (
        None
    )
    national_insurance: Annotated[
        NationalInsurance | None, Ask("NI number", rest=True, when=is_about("national_insurance"))
    ] = None
    name: Annotated[GivenName | None, Ask("Name", when=is_about("name"))] = None
    alias: Annotated[GivenName | None, Ask("Known as", when=is_about("alias"))] = None
    vehicle: Annotated[GivenVehicle | None, Ask("Vehicle", when=is_about("vehicle"))] = None
    representative: Annotated[GivenRepresentative | None, Ask("Representative", when=is_about("representative"))] = None
    adjustment: Annotated[GivenAdjustment | None, Ask("Needs", when=is_about("adjustment"))] = None
    prefers: Annotated[GivenPreference | None, Ask("Prefers", when=is_about("prefers"))] = None
    language: Annotated[
        Literal["en", "cy"] | None, Ask("Letters and calls in", choices=_languages, when=is_about("language"))
    ] = None
    hearing_language: Annotated[
        Literal["en", "cy"] | None, Ask("Hearings in", choices=_languages, when=is_about("hearing_language"))
    ] = None
    interpreter: Annotated[
        Line | None,
        Ask("Speaks", rest=True, when=is_about("interpreter"), help="the language; none: no interpreter"),
    ] = None
    guardian: Annotated[GivenGuardian | None, Ask("Parent or guardian", when=is_about("guardian"))] = None
    source: Annotated[Source, Ask("Said by", word="from", choices=_sources, default=lambda asking: "payer")] = "payer"
    verified: Annotated[
        StrictBool, Ask("Checked today", word="verified", default=lambda asking: "no", help="seen, or rung back")
    ] = False

    def refusals(self, case: Case, situation: Situation) -> list[Reason]:
        """Something new, that can be so, about somebody there is."""
        given = self._given()
        if not given:
            return [Reason(code="nothing-given", message="say what was learnt", field=self.about or "about")]
        if self.about is not None and given != [self.about]:
            message = f"this is about {', '.join(given)}, not about {self.about}"
            return [Reason(code="not-about", message=message, field="about")]
        if self.of == "guardian" and case.guardian is None:
            return [Reason(code="no-guardian", message="no parent or guardian is known", field="of")]
        found, reasons = self._learnt(case, situation)
        if not found and not reasons:
            return [Reason(code="no-change", message="that is known already; nothing would change", field=given[0])]
        return reasons

    def cautions(self, case: Case, situation: Situation) -> list[str]:
        """What a court decides is not changed by what somebody says."""
        found = []
        born = self.date_of_birth
        if born is not None and self._who(case) == "defendant":
            youth = age_on(born, case.opened_on) < ADULT
            if youth != case.youth:
                was = "under 18" if youth else "18 or over"
                kept = "an adult's" if youth else "a youth's"
                found.append(
                    f"so they were {was} when the account was opened; it stays {kept} account until a court decides"
                )
        if self.guardian is not None:
            found.append("whether a parent or guardian pays is for the court to order")
        return found

    def happenings(self, case: Case, situation: Situation) -> list[Happening]:
        """One event for each subject of which something else is known now; and where no address or no number is left that
        stands, the task to find one. A task to ask others for what is known now ends."""
        found = self._learnt(case, situation)[0]
        return [*found, *_lost(case, found, situation), *_no_longer_sought(case, found, situation)]

    def _given(self) -> list[str]:
        return [name for name in SUBJECTS if getattr(self, name) is not None]

    def _who(self, case: Case) -> Who:
        return self.of or _payer(case)

    def _learnt(self, case: Case, situation: Situation) -> tuple[list[Happening], list[Reason]]:
        """What else is known now, and every reason against it."""
        of = self._who(case)
        who = case.guardian.person if of == "guardian" and case.guardian else case.person
        hearing = Hearing(who, Telling(situation.today, self.source, self.verified), situation)
        found: list[Happening] = []
        reasons: list[Reason] = []
        for subject in self._given():
            try:
                if subject == "guardian":
                    found += self._guardian(case, situation)
                    continue
                if subject in _OF_PEOPLE and who.name.organisation is not None:
                    raise refused("organisation", "an organisation has none", subject)
                learnt = HEARD[subject](getattr(self, subject), hearing)
            except Refused as fault:
                reasons += fault.reasons
                continue
            old = getattr(who, learnt.about)
            if old != learnt.value:
                found.append(changed(of, subject, learnt, old, hearing.telling))
        return found, reasons

    def _guardian(self, case: Case, situation: Situation) -> list[Happening]:
        """A parent or guardian who was not known, or whether the one that is known pays."""
        given, known = self.guardian, case.guardian
        assert given is not None
        state = situation.tables.account_states(situation.today).get(case.status)
        if state is not None and state.closed:
            raise refused("account-closed", f"this account is {state.title}", "guardian", state.cited)
        if not _is_youth(case, situation):
            message = "only somebody under 18 has a parent or guardian who pays"
            raise refused("not-a-youth", message, "guardian", YOUTHS_ONLY)
        if known is not None:
            if given.surname is not None:
                message = "a parent or guardian is known already"
                raise refused("guardian-known", message, "guardian.surname")
            changed = known.model_copy(update={"pays": given.pays})
            return [GuardianSet(guardian=changed)] if changed != known else []
        if given.surname is None:
            raise refused("needed", "say who the parent or guardian is", "guardian.surname")
        name = Name(surname=given.surname, forenames=given.forenames, title=given.title)
        phones = (PhoneNumber(number=given.phone, source=self.source, since=situation.today),) if given.phone else ()
        return [GuardianSet(guardian=Guardian(person=Person(name=name, phones=phones), pays=given.pays))]


def _after(case: Case, found: Sequence[Happening], situation: Situation) -> Case:
    """The case once this is known."""
    for what in found:
        case = what.apply(case, Stamp(case.version + 1, situation.now, situation.actor.id))
    return case


def _no_longer_sought(case: Case, found: Sequence[Happening], situation: Situation) -> list[Happening]:
    """The end of the tasks to ask sources for what was missing and is known now."""
    purposes, after = situation.tables.trace_purposes(situation.today), _after(case, found, situation)
    return [
        ended(task, outcome_of_call(purpose.found_as, situation))
        for task in case.tasks
        if task.kind == TRACE
        and (purpose := purposes.get(task.subject)) is not None
        and purpose.found_as is not None
        and missing(case, purpose.code)
        and not missing(after, purpose.code)
    ]


def _lost(case: Case, found: Sequence[Happening], situation: Situation) -> list[Happening]:
    """The task to find an address or a number, when the last one of whoever is to pay has just turned out to be none."""
    after = _after(case, found, situation)
    was, now = case.debtor, after.debtor
    lost = (was.address and not now.address) or (was.phone and not now.phone)
    if not lost or not case.balance_pence or any(task.kind == CONTACT_DETAILS for task in case.tasks):
        return []
    title = situation.tables.work_types[CONTACT_DETAILS].task_title(CONTACT_DETAILS)
    return [TaskMade(task=CONTACT_DETAILS, subject=ACCOUNT, title=title, due_at=situation.now)]


def changed(
    of: Who, subject: str, learnt: Learnt, old: object, telling: Telling, trace: str | None = None
) -> DetailsChanged:
    """What else is known of a subject now, as an event; `trace` is the label of the source that was asked."""
    return DetailsChanged(
        of=of,
        about=learnt.about,
        old=Details.model_validate({learnt.about: old}),
        new=Details.model_validate({learnt.about: learnt.value}),
        label=clean_line(_IN_A_LINE.get(subject, SUBJECTS[subject].lower())),
        now=learnt.now,
        was=learnt.was,
        source=telling.source,
        verified=telling.verified,
        trace=clean_line(trace) if trace else None,
    )

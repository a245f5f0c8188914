"""What an officer may be told of what somebody needs, and of who speaks or pays for them, as it is asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import StrictBool

from casework.actions.declare import Ask, Asking
from casework.actions.given import HAS, Given, parted_name, still
from casework.clean import Line, Proper
from casework.dates import Day
from casework.fields import Choice
from casework.identifiers import Email, Phone
from casework.reference import choices


def _adjustments(asking: Asking) -> Sequence[Choice]:
    return choices(asking.situation.tables.adjustments(asking.situation.today).values())


class GivenAdjustment(Given):
    """What they need so that they can deal with us."""

    alone = "code"

    code: Annotated[Line, Ask("Needs", choices=_adjustments)]
    note: Annotated[Line | None, Ask("Note", rest=True)] = None
    review_on: Annotated[Day | None, Ask("Review", word="review")] = None
    standing: Annotated[
        Literal["current", "previous"],
        still(HAS, "adjustment.code", lambda who: [one.code for one in who.adjustments]),
    ] = "current"


def _preferences(asking: Asking) -> Sequence[Choice]:
    return choices(asking.situation.tables.preferences(asking.situation.today).values())


class GivenPreference(Given):
    """How they want to be contacted."""

    alone = "code"

    code: Annotated[Line, Ask("Prefers", choices=_preferences)]
    standing: Annotated[Literal["current", "previous"], still(HAS, "prefers.code", lambda who: who.prefers)] = "current"


def _kinds(asking: Asking) -> Sequence[Choice]:
    return (Choice("solicitor", "Solicitor"), Choice("adviser", "Adviser"), Choice("third-party", "Somebody else"))


def _speaks_for(asking: Asking) -> str:
    """Solicitors and advisers are dealt with instead of the payer (law page 7.3: stop when a representative is named)."""
    return "no" if asking.answers.get("representative.kind") == "third-party" else "yes"


class GivenRepresentative(Given):
    """Who may speak for them, with what authority. Solicitors and advisers are contacted instead of them unless it is said."""

    alone = "name"

    name: Annotated[Proper | None, Ask("Name", rest=True)] = None
    kind: Annotated[
        Literal["solicitor", "adviser", "third-party"],
        Ask("Who is", choices=_kinds, default=lambda asking: "third-party"),
    ] = "third-party"
    organisation: Annotated[Proper | None, Ask("Organisation", word="with")] = None
    phone: Annotated[Phone | None, Ask("Telephone", word="phone")] = None
    email: Annotated[Email | None, Ask("E-mail", word="email")] = None
    authority_on: Annotated[
        Day | None, Ask("Written authority of", word="authority", past=True, help="empty: none was seen")
    ] = None
    authority_until: Annotated[Day | None, Ask("It holds until", word="until")] = None
    instead: Annotated[StrictBool | None, Ask("Contact them instead", word="instead", default=_speaks_for)] = None
    standing: Annotated[
        Literal["current", "previous"],
        still(HAS, "representative.name", lambda who: [who.representative and who.representative.name]),
    ] = "current"


def _no_guardian(asking: Asking) -> bool:
    return asking.case.guardian is None


class GivenGuardian(Given):
    """The parent or guardian of a youth; without a name, the one that is known."""

    alone = "surname"

    surname: Annotated[Proper | None, Ask("Surname", rest=True, when=_no_guardian)] = None
    forenames: Annotated[Proper | None, Ask("Forenames", word="forenames", when=_no_guardian)] = None
    title: Annotated[Proper | None, Ask("Title", word="title", when=_no_guardian)] = None
    phone: Annotated[Phone | None, Ask("Telephone", word="phone", when=_no_guardian)] = None
    pays: Annotated[StrictBool, Ask("Ordered to pay", word="pays", default=lambda asking: "yes")] = True

    @classmethod
    def _parted(cls, value: object) -> object:
        return parted_name(value)

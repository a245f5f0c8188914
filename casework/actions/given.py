"""What an officer may be told of a person, as it is asked: one model for each subject of `details`.

Where one thing is the whole of it, text alone is that: `{"phone": "07700 900123"}`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, model_validator

from casework.actions.declare import Ask, Asking
from casework.clean import Line, Proper, capitalised
from casework.fields import Choice
from casework.identifiers import Email, Phone, Postcode, beyond_postcode, postcode_at_end
from casework.people import AddressLines, Name, Person, Standing

Which = Callable[[Asking], bool]


def is_about(subject: str) -> Which:
    """Whether the form is about this."""
    return lambda asking: asking.answers.get("about") == subject


def person_of(asking: Asking) -> Person:
    """Whom the form is about."""
    case, of = asking.case, asking.answers.get("of")
    if of == "defendant":
        return case.person
    return case.guardian.person if of == "guardian" and case.guardian else case.debtor


def still(words: Mapping[Standing, str], field: str, known: Callable[[Person], Iterable[object]]) -> Ask:
    """How it stands: asked only of what is known already, or while nothing is named."""
    found = tuple(Choice(code, label) for code, label in words.items())

    def is_known(asking: Asking) -> bool:
        named, there = asking.answers.get(field), {plain(str(one)) for one in known(person_of(asking)) if one}
        return bool(there) and (named is None or plain(str(named)) in there)

    return Ask("It is", word="is", choices=lambda asking: found, default=lambda asking: "current", when=is_known)


def plain(text: str) -> str:
    """What is compared of a number or an address: letters and digits."""
    return "".join(char for char in text.lower() if char.isalnum())


LIVES: dict[Standing, str] = {
    "current": "where they live",
    "returned": "sending post back",
    "wrong": "not theirs",
    "previous": "no longer theirs",
}
REACHES: dict[Standing, str] = {"current": "in use", "dead": "not working", "wrong": "somebody else's"}
WORKS: dict[Standing, str] = {"current": "where they work", "previous": "left"}
HAS: dict[Standing, str] = {"current": "so", "previous": "ended"}


class Given(BaseModel):
    """One subject. `alone` is the field that text alone fills."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    alone: ClassVar[str]

    @model_validator(mode="before")
    @classmethod
    def _text_alone(cls, value: object) -> object:
        return cls._parted({cls.alone: value} if isinstance(value, str) else value)

    @classmethod
    def _parted(cls, value: object) -> object:
        """What was typed into one field, in the fields where it belongs."""
        return value


def parted_lines(value: object) -> object:
    """An address typed as one text: a line at each comma, and the postcode it ends with."""
    if not isinstance(value, dict) or not isinstance(value.get("lines"), str):
        return value
    text, at_end = postcode_at_end(value["lines"])
    postcode = value.get("postcode") or at_end
    if at_end and plain(str(postcode)) != plain(at_end):
        raise ValueError("two postcodes are given")
    lines = [capitalised(line) for line in (part.strip() for part in re.split(r"[,\n]", text)) if line]
    if lines and (beyond := beyond_postcode(lines[-1])):
        raise ValueError(f"an address ends with its postcode: “{beyond}” stands after it")
    return {**value, "lines": lines or None, "postcode": postcode}


def _same_place(asking: Asking) -> str:
    """The further lines of the address that is known, where the new one is under the same postal town: its postcode begins
    alike, and only its first line was given."""
    new, code = asking.answers.get("address.lines"), asking.answers.get("address.postcode")
    old = person_of(asking).address
    if not asking.in_form or old is None or old.postcode is None or not new or re.search(r"[,\n]", str(new)):
        return ""
    alike = plain(str(code or ""))[:-3] == plain(old.postcode)[:-3]
    return ", ".join(old.lines[1:]) if alike and plain(str(new)) != plain(old.lines[0]) else ""


class GivenAddress(Given):
    """Where they live or trade."""

    alone = "lines"

    lines: Annotated[AddressLines | None, Ask("Address", rest=True, help="14 Mill Lane, Kidderminster, DY10 2AB")] = (
        None
    )
    postcode: Annotated[Postcode | None, Ask("Postcode", word="postcode")] = None
    further: Annotated[
        Line | None,
        Ask(
            "Further lines",
            word="further",
            default=_same_place,
            when=lambda asking: bool(_same_place(asking)),
            help="as they were; Ctrl+U where they are no longer so",
        ),
    ] = None
    """Lines after the first, with commas between them."""
    standing: Annotated[
        Literal["current", "previous", "returned", "wrong"],
        still(LIVES, "address.lines", lambda who: who.addresses),
    ] = "current"

    @classmethod
    def _parted(cls, value: object) -> object:
        parted = parted_lines(value)
        if not isinstance(parted, dict) or not isinstance(further := parted.get("further"), str):
            return parted
        if not isinstance(lines := parted.get("lines"), list | tuple) or not lines:
            raise ValueError("further lines stand after a first one")
        more = [capitalised(line) for line in (part.strip() for part in further.split(",")) if line]
        return {**parted, "lines": [*lines, *more], "further": None}


class GivenPhone(Given):
    """A number that reaches them, or does not."""

    alone = "number"

    number: Annotated[Phone | None, Ask("Number", rest=True)] = None
    standing: Annotated[Literal["current", "dead", "wrong"], still(REACHES, "phone.number", lambda who: who.phones)] = (
        "current"
    )


class GivenEmail(Given):
    """An e-mail address that reaches them, or does not."""

    alone = "address"

    address: Annotated[Email | None, Ask("E-mail address", rest=True)] = None
    standing: Annotated[
        Literal["current", "dead", "wrong"], still(REACHES, "email.address", lambda who: who.emails)
    ] = "current"


def _name_part(part: str) -> Callable[[Asking], str]:
    """For a new name, what they are called now; for an alias, or a name written as it is shown, nothing."""

    def default(asking: Asking) -> str:
        whole = "," in str(asking.answers.get("name.surname", ""))
        known = getattr(person_of(asking).name, part) if is_about("name")(asking) and not whole else None
        return str(known or "")

    return default


def _is_organisation(asking: Asking) -> bool:
    return person_of(asking).name.organisation is not None


def _is_person(asking: Asking) -> bool:
    return not _is_organisation(asking)


def parted_name(value: object) -> object:
    """A name as it is shown: `SMITH, John Robert`."""
    if not isinstance(value, dict) or not isinstance(value.get("surname"), str) or "," not in value["surname"]:
        return value
    surname, _, forenames = value["surname"].partition(",")
    if value.get("forenames") and forenames.strip():
        raise ValueError("the forenames are given twice")
    return {**value, "surname": surname, "forenames": forenames.strip() or value.get("forenames")}


class GivenName(Name):
    """A name, or an alias."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    surname: Annotated[
        Proper | None,
        Ask("Surname", rest=True, when=_is_person, default=_name_part("surname"), help="or Smith, John Robert"),
    ] = None
    forenames: Annotated[
        Proper | None, Ask("Forenames", word="forenames", when=_is_person, default=_name_part("forenames"))
    ] = None
    title: Annotated[Proper | None, Ask("Title", word="title", when=_is_person, default=_name_part("title"))] = None
    organisation: Annotated[
        Proper | None, Ask("Organisation", rest=True, when=_is_organisation, default=_name_part("organisation"))
    ] = None

    @model_validator(mode="before")
    @classmethod
    def _as_shown(cls, value: object) -> object:
        return parted_name({"surname": value} if isinstance(value, str) else value)

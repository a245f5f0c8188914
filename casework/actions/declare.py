"""An action is declared once; its form, its quick-entry words, its schema and its command all follow.

A field of an action is annotated with `Ask`. Its `choices`, `default`, `when` and `needed` are pure functions of what is
being asked: the case, the answers so far in the order of declaration, and the situation. A nested model is asked in the
same form, its fields named with a dot. A field without `Ask` is never asked of a person.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Any, ClassVar, Union, get_args, get_origin

from annotated_types import MaxLen
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from casework.case import Case, Part
from casework.clean import clean_line
from casework.dates import format_day, format_moment, parse_date, parse_moment
from casework.events import Happening
from casework.fields import Choice, Field, FieldKind, Template, matching
from casework.money import format_money, parse_money
from casework.refusals import Reason, Refused
from casework.restricted import RestrictedText
from casework.situation import Fact, Situation


@dataclass(frozen=True, slots=True)
class Asking:
    """What a question may depend on."""

    case: Case
    answers: Mapping[str, object]
    """The readable answers to the questions before this one, by name."""
    situation: Situation
    in_form: bool = False
    """Whether a form asks, where the likely answer is seen, and not a line of quick entry."""


@dataclass(frozen=True, slots=True)
class Ask:
    """How a field is put to a person."""

    label: str
    help: str = ""
    word: str | None = None
    """In quick entry, the word that stands before the answer."""
    choices: Callable[[Asking], Sequence[Choice]] | None = None
    default: Callable[[Asking], str] | None = None
    """The likely answer, as a person would type it."""
    guess: bool = False
    """The likely answer is only a guess: the form begins there."""
    when: Callable[[Asking], bool] | None = None
    """Asked only then."""
    needed: Callable[[Asking], bool] | None = None
    """Must be answered then, though the action itself could do without."""
    code: Callable[[str], str | None] | None = None
    """The code that a text is by itself, taken at its word beside the choices; None when it is none."""
    rest: bool = False
    """In quick entry, takes the rest of the line."""
    after_word: bool = False
    """Takes the rest of the line only after its word, because much would follow from a guess."""
    bare: bool = False
    """In quick entry, one of its codes is enough without its word."""
    not_now: Callable[[Asking], Sequence[Choice]] | None = None
    """Choices that there are, but not here or now. In quick entry, so that their codes do not begin the rest of the line."""
    last: bool = False
    """Asked after all others, wherever it is declared: the order of declaration is that of the JSON, by which a key knows its
    action again."""
    past: bool = False
    """A date that has been, not one to come."""
    secret: bool = False
    """Compared and forgotten, so never kept in a draft. In quick entry it goes on up to the next declared word."""
    templates: Callable[[Asking], Sequence[Template]] | None = None
    """Texts that the answer may begin with."""
    follows: Callable[[Asking], str] | None = None
    """The answer, where it follows from those before: then it is not asked. Nothing where it does not."""
    says: Callable[[str, Situation], Several | None] | None = None
    """What a text answers when it says more than this field holds; None for a plain answer. Raises ValueError with a sentence
    for the person."""
    saves_alone: Callable[[Asking], bool] | None = None
    """Whether a letter picked here saves the form, when nothing that is needed is empty; told once it was answered."""


@dataclass(frozen=True, slots=True)
class Several:
    """One text that answers several fields: `100+20` is a lump sum and an instalment."""

    answers: Mapping[str, object]
    """By the names of fields beside the one that was typed in, and that one's own if it is answered. A question that is
    answered so is not asked."""
    meaning: str
    """In full words."""


class Action(BaseModel):
    """Something staff do to a case."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    title: ClassVar[str]
    help: ClassVar[str] = ""
    permission: ClassVar[str]
    """Without which it cannot even be started."""
    rests_on: ClassVar[frozenset[Part]] = frozenset()
    """The parts of the case that it judges, however it is filled in."""
    facts: ClassVar[frozenset[Fact]] = frozenset()
    claimed: ClassVar[bool] = False
    """Only for whoever holds the case, however it is filled in."""
    works_task: ClassVar[bool] = False
    """Ends or defers a task, so that only whoever holds the case may do it."""
    leading: ClassVar[Mapping[str, Ask]] = {}
    """What a form asks before all else, each with its choices, only because of what is asked then: no part of the action, nor
    of quick entry. Other questions find the answer by its name; an empty text while a form has none yet."""
    undoable: ClassVar[bool] = False
    """May be undone for a few seconds: nothing of it has left the house, and no money moved."""

    @classmethod
    def named(cls) -> str:
        """The kind, as it stands in JSON."""
        return str(cls.model_fields["kind"].default)

    @classmethod
    def heading(cls, case: Case) -> str:
        """What stands over its form."""
        return f"{cls.title}: {cls.help}" if cls.help else cls.title

    @classmethod
    def offered(cls, case: Case, situation: Situation) -> list[Reason]:
        """Why this may not even be started now; empty when it may."""
        return []

    @classmethod
    def instead(cls, reasons: Sequence[Reason]) -> type[Action] | None:
        """The action that would be accepted with the same answers, when these are the reasons against this one."""
        return None

    def depends_on(self) -> frozenset[Part]:
        """The parts that must not have changed since the case was read, for the action as filled in."""
        return self.rests_on

    def permissions(self, situation: Situation) -> tuple[str, ...]:
        """All that it needs, for the action as filled in."""
        return (self.permission,)

    def look_up(self, case: Case, situation: Situation) -> Mapping[str, str]:
        """What the access log must say of it before it is done, in codes alone, never what is known of somebody; empty where
        nobody's records are looked into."""
        return {}

    def needs_claim(self) -> bool:
        """Whether the officer must hold the case, for the action as filled in."""
        return self.works_task or self.claimed

    def ends_claim(self) -> bool:
        """Whether the case is given back when this is done."""
        return self.works_task

    def closes_to_actor(self, situation: Situation) -> bool:
        """Whether whoever does this may not open the case again."""
        return False

    def names_receipt(self) -> str | None:
        """The id of the receipt that it asks about, for the fact `receipt`."""
        return None

    def refusals(self, case: Case, situation: Situation) -> list[Reason]:
        """Every reason against the action as filled in."""
        return []

    def cautions(self, case: Case, situation: Situation) -> list[str]:
        """What should be confirmed before it is saved, though nothing forbids it."""
        return []

    def to_say(self, case: Case, situation: Situation) -> list[str]:
        """What the officer should tell whoever they are speaking to, for the action as filled in."""
        return []

    def happenings(self, case: Case, situation: Situation) -> list[Happening]:
        """What follows, once nothing speaks against it."""
        raise NotImplementedError

    def restricted(self, situation: Situation) -> list[RestrictedText]:
        """The texts that what follows only names: kept apart, for those who may read them."""
        return []


@dataclass(frozen=True, slots=True)
class Question:
    """One field of an action, as declared."""

    name: str
    ask: Ask
    kind: FieldKind
    required: bool
    max_length: int | None
    whens: tuple[Callable[[Asking], bool], ...]
    leads: bool = False
    """Is no part of the action."""

    def asked(self, asking: Asking) -> bool:
        """Whether it is asked at all."""
        return all(when(asking) for when in self.whens)

    def field(self, asking: Asking) -> Field:
        """The question as a form draws it."""
        ask = self.ask
        return Field(
            name=self.name,
            label=ask.label,
            kind=self.kind,
            help=ask.help,
            required=self.required or (ask.needed is not None and ask.needed(asking)),
            default=ask.default(asking) if ask.default else "",
            guess=ask.guess,
            choices=tuple(ask.choices(asking)) if ask.choices else YES_NO if self.kind is FieldKind.YES_NO else (),
            max_length=self.max_length,
            long=self.kind is FieldKind.TEXT and (self.max_length or 0) > 200,
            templates=tuple(ask.templates(asking)) if ask.templates else (),
        )

    def read(self, field: Field, text: str, situation: Situation) -> object:
        """The value of `text`; None where it answers other questions alone. Raises ValueError with a sentence for the
        person."""
        several = self.several(text, situation)
        return self._plain(field, text, situation) if several is None else several.answers.get(self.name)

    def several(self, text: str, situation: Situation) -> Several | None:
        """What `text` answers, by names as this question's own, when it says more than this field holds. Raises ValueError."""
        said = self.ask.says(text, situation) if self.ask.says else None
        if said is None:
            return None
        inside, dot, _ = self.name.rpartition(".")
        return Several({f"{inside}{dot}{name}": value for name, value in said.answers.items()}, said.meaning)

    def _plain(self, field: Field, text: str, situation: Situation) -> object:
        match self.kind:
            case FieldKind.MONEY:
                return parse_money(text)
            case FieldKind.DATE:
                return parse_date(text, situation.today, past=self.ask.past)
            case FieldKind.MOMENT:
                return parse_moment(text, situation.now)
            case FieldKind.NUMBER:
                if not text.strip().isdecimal():
                    raise ValueError(f"“{text.strip()}” is not a whole number")
                return int(text)
            case FieldKind.CHOICE:
                by_itself = self.ask.code(text.strip()) if self.ask.code else None
                return by_itself or pick(field.choices, text).code
            case FieldKind.YES_NO:
                return pick(YES_NO, text).code == "yes"
            case FieldKind.TEXT:
                return text


_SPELT_OUT = (FieldKind.DATE, FieldKind.MOMENT, FieldKind.MONEY)
"""Kinds that are typed short, so that the officer must see what was understood."""

YES_NO = (Choice("yes", "Yes"), Choice("no", "No"))


def pick(choices: Sequence[Choice], text: str) -> Choice:
    """The one choice meant by `text`: its code or label, or the beginning of either; case and punctuation do not matter.

    Raises:
        ValueError: none or several are meant; the sentence names them.
    """
    found = matching(choices, text)
    if len(found) == 1:
        return found[0]
    if found:
        raise Unclear(f"“{text.strip()}” could be {', '.join(one.label for one in found)}")
    raise ValueError(f"“{text.strip()}” is none of {', '.join(one.label for one in choices)}")


class Unclear(ValueError):
    """What was typed means several things."""


@cache
def questions(action: type[BaseModel]) -> tuple[Question, ...]:
    """The questions of an action in the order of declaration, nested models in their place; those asked `last` at the end."""
    found: list[Question] = []
    for name, info in action.model_fields.items():
        ask = next((item for item in info.metadata if isinstance(item, Ask)), None)
        if ask is None:
            continue
        whens = (ask.when,) if ask.when else ()
        inner = _bare(info.annotation)
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            for part in questions(inner):
                found.append(
                    Question(
                        f"{name}.{part.name}",
                        part.ask,
                        part.kind,
                        part.required,
                        part.max_length,
                        whens + part.whens,
                    )
                )
        else:
            kind = _kind(name, inner, ask)
            found.append(Question(name, ask, kind, info.is_required(), _max_length(info), whens))
    return tuple(sorted(found, key=lambda question: question.ask.last))


def _leading(action: type[Action]) -> tuple[Question, ...]:
    return tuple(
        Question(name, ask, FieldKind.CHOICE, True, None, (), leads=True) for name, ask in action.leading.items()
    )


def _bare(annotation: Any) -> Any:
    """The type inside `X | None`."""
    if get_origin(annotation) in (Union, UnionType):
        return next(arg for arg in get_args(annotation) if arg is not NoneType)
    return annotation


def _kind(name: str, bare: Any, ask: Ask) -> FieldKind:
    bare = get_args(bare)[0] if hasattr(bare, "__metadata__") else bare
    if ask.choices is not None:
        return FieldKind.CHOICE
    if name.endswith("_pence"):
        return FieldKind.MONEY
    kinds = {date: FieldKind.DATE, datetime: FieldKind.MOMENT, bool: FieldKind.YES_NO, int: FieldKind.NUMBER}
    return kinds.get(bare, FieldKind.TEXT)


def _max_length(info: FieldInfo) -> int | None:
    metadata = [*info.metadata, *getattr(_bare(info.annotation), "__metadata__", ())]
    for item in metadata:
        if isinstance(item, MaxLen | StringConstraints):
            return item.max_length
    return None


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as far as it has been typed."""

    fields: list[Field]
    answers: dict[str, object]
    errors: list[Reason]
    """One for each field that is missing or cannot be read."""


def read_form(
    action: type[Action], case: Case, typed: Mapping[str, str], situation: Situation, *, led: bool = False
) -> Filled:
    """Go through the questions of `action` with what has been typed so far. What was not typed is the default. `led`: as a
    form, through those that only lead to others too."""
    filled = Filled([], {}, [])
    for question in (*(_leading(action) if led else ()), *questions(action)):
        asking = Asking(case, filled.answers, situation, in_form=led)
        if question.name in filled.answers or not question.asked(asking):
            continue
        field = question.field(asking)
        follows = question.ask.follows(asking) if question.ask.follows else ""
        if follows:
            filled.answers[question.name] = follows
            continue
        filled.fields.append(field)
        if question.leads:
            filled.answers[question.name] = ""
        text = typed.get(question.name, field.default)
        if not text.strip():
            if field.required:
                message = f"{field.label} is needed"
                filled.errors.append(Reason(code="needed", message=message, field=question.name))
            continue
        try:
            if (several := question.several(text, situation)) is not None:
                filled.answers.update(several.answers)
                filled.fields[-1] = replace(field, meaning=several.meaning)
                continue
            answer = question.read(field, text, situation)
            filled.answers[question.name] = answer
            if question.kind in _SPELT_OUT:
                filled.fields[-1] = replace(field, meaning=show_answer(question, field, answer))
            elif question.ask.saves_alone:
                filled.fields[-1] = replace(field, saves_alone=question.ask.saves_alone(asking))
        except ValueError as fault:
            filled.errors.append(Reason(code="unreadable", message=str(fault), field=question.name))
    return filled


def fields(action: type[Action], case: Case, typed: Mapping[str, str], situation: Situation) -> list[Field]:
    """All that a form needs to draw `action` for this case and what has been typed so far."""
    return read_form(action, case, typed, situation, led=True).fields


def fill(
    action: type[Action], case: Case, typed: Mapping[str, str], situation: Situation, *, led: bool = False
) -> Action:
    """The action that was typed; `led` as for `read_form`.

    Raises:
        Refused: every field that is missing or cannot be read, and anything typed that was not asked for.
    """
    filled = read_form(action, case, typed, situation, led=led)
    asked = {field.name for field in filled.fields}
    stray = [name for name, text in typed.items() if name not in asked and text.strip()]
    errors = [
        *filled.errors,
        *(Reason(code="not-asked", message=f"{n} does not apply here", field=n) for n in stray),
    ]
    if errors:
        raise Refused(*errors)
    content: dict[str, Any] = {}
    for name, value in filled.answers.items():
        if name in action.leading:
            continue
        *outer, last = name.split(".")
        place = content
        for step in outer:
            place = place.setdefault(step, {})
        place[last] = value
    try:
        return action.model_validate(content)
    except ValidationError as fault:
        raise Refused(*reasons_of(fault)) from None


def without_secrets(action: type[Action], typed: Mapping[str, str]) -> dict[str, str]:
    """What may be kept of what was typed into a form."""
    secret = {question.name for question in questions(action) if question.ask.secret}
    return {name: text for name, text in typed.items() if name not in secret}


def show_answer(question: Question, field: Field, value: object) -> str:
    """A read answer in full words, so that the officer sees what was understood."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if question.kind is FieldKind.MONEY and isinstance(value, int):
        return format_money(value)
    if isinstance(value, datetime):
        return format_moment(value)
    if isinstance(value, date):
        return format_day(value)
    if question.kind is FieldKind.CHOICE:
        return next((one.label for one in field.choices if one.code == value), str(value))
    return str(value)


def reasons_of(fault: ValidationError) -> list[Reason]:
    """What pydantic found, as reasons that name their fields. The values themselves are not repeated."""
    return [
        Reason(code="invalid", message=sentence(error), field=place(error) or None)
        for error in fault.errors(include_url=False, include_input=False)
    ]


def sentence(error: ErrorDetails) -> str:
    """What pydantic found, in words for a person."""
    match error["type"]:
        case "too_short" | "string_too_short":
            return "nothing is given"
        case "string_too_long":
            return f"more than {error['ctx']['max_length']:,} characters"
        case "too_long":
            return f"more than {error['ctx']['max_length']:,} of them"
        case "extra_forbidden":
            return "there is no such field"
        case "missing":
            return "this is needed"
        case "less_than_equal":
            return "that is too much"
        case _:
            return str(error["msg"]).removeprefix("Value error, ")


def place(error: ErrorDetails) -> str:
    """The field that an error is about, as a dotted path; its names may come from outside."""
    return clean_line(".".join(str(step) for step in error["loc"]))

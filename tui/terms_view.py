"""What stands beside a form of new terms while it is typed: what they come to, what they take of what the payer has, who may
agree them, and what speaks against them; and two proposals side by side.

All of it is worked out here from the case on the screen, at each key. The store's own trial, which follows when the typing
pauses, adds what it alone knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import wrap

from casework.actions.agreement import appeal_until, lifted, settled
from casework.actions.declare import read_form
from casework.actions.given_terms import WORSE, Judged, judge_terms, may_ask
from casework.actions.terms import AgreeTerms
from casework.case import Case
from casework.dates import BeyondCalendar, format_date, format_day
from casework.money import format_money
from casework.projection import Affording, Projection, affording, how_long, project
from casework.refusals import Reason
from casework.situation import Situation
from casework.terms import Terms, of_keys
from casework.views import Preview
from tui.widgets.cells import cells, fit
from tui.widgets.lines import Line, Said, Tone, line

NARROW = 60
"""Below so many cells the lines stand one under another, as beside a form; from there on few and long, as under it."""

_LABEL = 10
_NONE = "–"


@dataclass(frozen=True, slots=True)
class Proposal:
    """New terms as far as they are typed, with all that is known of them."""

    terms: Terms
    comes_to: Projection | None
    """None where they would never pay it off."""
    affording: Affording | None
    judged: Judged
    against: tuple[Reason, ...]
    who: str
    """Who may agree them: `you`, `you, with consent`, `fines officer`, `court`, or `nobody`."""


def proposal(answers: Mapping[str, object], case: Case, situation: Situation, inside: str = "") -> Proposal | None:
    """The proposal among the answers of a form, in which the names of its fields begin with `inside`; None until it is whole.
    Why terms are changed need not be said yet."""
    try:
        terms = of_keys({name: answers.get(f"{inside}{name}") for name in Terms.model_fields if name != "plan"})
    except ValueError:
        return None
    judged = judge_terms(terms, case, situation, consent=answers.get(f"{inside}consent") is True, inside=inside)
    try:
        comes_to = project(terms, case, situation.today)
    except ValueError:
        comes_to = None
    known = affording(case, terms.every or "monthly", situation)
    against = (*judged.wrong, *judged.beyond)
    return Proposal(terms, comes_to, known, judged, against, _who(judged, situation))


def typed_proposal(typed: Mapping[str, str], case: Case, situation: Situation) -> Proposal | None:
    """The proposal in a form of terms, or of asking for them: they have the same questions."""
    return proposal(read_form(AgreeTerms, case, typed, situation).answers, case, situation)


def shown(
    typed: Mapping[str, str],
    case: Case,
    situation: Situation,
    width: int,
    *,
    preview: Preview | None = None,
    aside: Mapping[str, str] | None = None,
) -> tuple[Line, ...]:
    """The lines for what is typed; beside what was set `aside`, if something was."""
    now = typed_proposal(typed, case, situation)
    if aside is not None:
        return compared(typed_proposal(aside, case, situation), now, situation, width)
    if now is None:
        return before(case, situation, width)
    return projected(now, case, situation, width, preview)


# One proposal


def projected(
    one: Proposal, case: Case, situation: Situation, width: int, preview: Preview | None = None
) -> tuple[Line, ...]:
    """What a proposal comes to: the most important first, for a screen that holds four lines."""
    refused = [*one.against, *_from_the_store(one, preview)]
    if width < NARROW:
        return (
            *_sums(one, situation),
            *_standing(one.comes_to),
            *_means(one.affording, one.terms, case),
            _verdict(one, refused),
            *(each for reason in refused for each in _wrapped(reason.message, width)),
            *_wrapped(_sources(refused), width, "muted"),
            *_wrapped(_follows(case, situation), width, "plain"),
        )
    rest = [*_standing(one.comes_to), *_means(one.affording, one.terms, case)]
    return (
        _joined(_sums(one, situation, brief=True)),
        *_told(_verdict(one, refused), refused, width),
        _joined(rest),
        *_wrapped(_follows(case, situation), width, "plain")[:1],
    )[:_UNDER]


_UNDER = 4
"""Lines there are room for under a form."""


def before(case: Case, situation: Situation, width: int) -> tuple[Line, ...]:
    """What can be said before there is a proposal."""
    every = case.terms.every if case.terms and case.terms.every else "weekly"
    parts = [*_means(affording(case, every, situation), None, case)]
    return tuple(parts) if width < NARROW else (_joined(parts),)


def _sums(one: Proposal, situation: Situation, *, brief: bool = False) -> list[Line]:
    comes_to = one.comes_to
    if comes_to is None:
        return [line(Said(f"{one.terms}", "strong"))]
    last, terms = comes_to.last, one.terms
    if terms.by:
        return [line(Said(f"{format_money(last.amount_pence)} in full by {format_day(terms.by)}", "strong"))]
    wait = how_long(situation.today, last.due)
    found = [line(Said(_counted(comes_to), "strong"))]
    if not brief and comes_to.count > 1:
        days = [format_date(one.due) for one in comes_to.first]
        found.append(line(f"{' · '.join(days)}{' …' if comes_to.count > len(days) else ''}"))
    when = f"in {wait}" if last.due > situation.today else wait
    found.append(line(f"last {format_money(last.amount_pence)} on {format_date(last.due)}, {when}"))
    return found


def _counted(comes_to: Projection) -> str:
    """`12 of £20.00 weekly`, `£100.00, then 7 of £20.00 weekly`."""
    terms, count = comes_to.terms, comes_to.count
    assert terms.amount_pence
    each = f"{format_money(terms.amount_pence)} {terms.every}"
    if terms.lump_sum_pence:
        return f"{format_money(terms.lump_sum_pence)}, and {count - 1} of {each}"
    return f"{count} of {each}" if count > 1 else f"one instalment of {format_money(terms.amount_pence)}"


def _standing(comes_to: Projection | None) -> list[Line]:
    if comes_to is None:
        return []
    after = format_money(comes_to.behind_after_pence) if comes_to.behind_after_pence else "nothing"
    if not comes_to.behind_pence:
        return (
            [line("not behind now, nor after")] if not comes_to.behind_after_pence else [line(f"then {after} behind")]
        )
    return [line(f"behind {format_money(comes_to.behind_pence)} now, {after} after")]


def _means(known: Affording | None, terms: Terms | None, case: Case) -> list[Line]:
    if known is None:
        return [line(Said("no means form: what is left is not known", "muted"))]
    left = f"{format_money(known.left_pence)} {known.every} left"
    found = [line(f"{left}, by means of {format_date(known.taken_on)}")]
    if terms is not None and terms.amount_pence:
        takes = known.takes_percent(min(terms.amount_pence, case.balance_pence))
        too_much = takes is None or takes > 100
        share = "nothing is left" if takes is None else f"takes {takes} % of it"
        found = [line(f"{left}: ", Said(f"{'! ' if too_much else ''}{share}", "alert" if too_much else "plain"))]
    if known.offer_pence:
        found.append(line(f"suggest {format_money(known.offer_pence)} {known.every}: {known.why}"))
    else:
        found.append(line(Said(f"none suggested: {known.why}", "alert")))
    return found


def _verdict(one: Proposal, refused: list[Reason]) -> Line:
    if one.who == "you" and not refused:
        return line(Said("✓ you may agree these", "strong"))
    if one.who == "you":
        return line(Said("✗ not as things are", "alert"))
    if one.who in ("nobody", _WITH_CONSENT):
        return line(Said(f"✗ {'only with their consent' if one.who == _WITH_CONSENT else 'not to be agreed'}", "alert"))
    return line(Said(f"✗ for the {one.who} to agree", "alert"))


_WITH_CONSENT = "you, with consent"


def _who(judged: Judged, situation: Situation) -> str:
    if judged.wrong:
        return "nobody"
    if may_ask(judged, situation):
        return "court" if judged.for_court else "fines officer"
    if judged.beyond:
        return _WITH_CONSENT if all(one.code == WORSE for one in judged.beyond) else "nobody"
    return "you"


def _from_the_store(one: Proposal, preview: Preview | None) -> list[Reason]:
    """What the store has against it that cannot be told here; what is still to be typed stands in the form."""
    if preview is None:
        return []
    known = {reason.code for reason in one.against} | {"needed", "unreadable", "not-asked", "ask-instead"}
    return [reason for reason in preview.refusals if reason.code not in known]


def _sources(refused: list[Reason]) -> str:
    """The law and the policy behind what is refused, each once."""
    named = dict.fromkeys(reason.source for reason in refused if reason.source)
    return f"({'; '.join(named)})" if named else ""


def _follows(case: Case, situation: Situation) -> str:
    """What agreeing any terms does besides."""
    step = lifted(case, situation)
    ends = [f"{step} is no longer the last step"] if step else []
    ends += [event.summary() for event in settled(case, situation)]
    return "; ".join(["then: not enforced automatically", *_appeal(case, situation), *ends])


def _appeal(case: Case, situation: Situation) -> list[str]:
    try:
        until = appeal_until(case, situation)
    except BeyondCalendar:
        return ["appeal possible"]
    return [f"appeal until {format_day(until)}"] if until else []


# Two proposals


def compared(aside: Proposal | None, now: Proposal | None, situation: Situation, width: int) -> tuple[Line, ...]:
    """The proposal that was set aside, and the one that is typed, line by line; `≠` stands where they differ."""
    left, right = _facts(aside, situation), _facts(now, situation)
    room = (width - _LABEL - 2) // 2
    if width >= NARROW:
        for facts, word in ((left, "aside"), (right, "now")):
            facts["pays"] = f"{word}: {facts.get('pays', _NONE)}"
    heads = [] if width >= NARROW else [_row("", "aside", "now", room, differs=False, tone="muted")]
    whole = aside is not None and now is not None
    rows = []
    for label in _FACTS:
        one, other = left.get(label, _NONE), right.get(label, _NONE)
        same = one.removeprefix("aside: ") == other.removeprefix("now: ")
        rows.append(_row(label, one, other, room, differs=whole and not same))
    return (*heads, *(rows[:_UNDER] if width >= NARROW else rows))


_FACTS = ("pays", "clear", "takes", "agreed by", "payments", "last", "first", "to wait")
"""What is compared, the most important first."""


def _facts(one: Proposal | None, situation: Situation) -> dict[str, str]:
    if one is None:
        return {}
    terms, facts = one.terms, {"agreed by": one.who}
    if terms.amount_pence:
        lump = f"{format_money(terms.lump_sum_pence)}+" if terms.lump_sum_pence else ""
        facts["pays"] = f"{lump}{format_money(terms.amount_pence)} {terms.every}"
        takes = one.affording.takes_percent(terms.amount_pence) if one.affording else None
        facts["takes"] = f"{takes} % of it" if takes is not None else _NONE
    else:
        facts["pays"] = "in full"
    if one.comes_to is not None:
        last = one.comes_to.last
        facts |= {
            "clear": format_date(last.due),
            "payments": str(one.comes_to.count),
            "last": format_money(last.amount_pence),
            "first": format_date(one.comes_to.first[0].due),
            "to wait": how_long(situation.today, last.due),
        }
    return facts


def _row(label: str, left: str, right: str, room: int, *, differs: bool, tone: Tone = "plain") -> Line:
    mark = "≠ " if differs else "  "
    words = Said(fit(f"{mark}{label}", _LABEL + 2), "muted")
    told: Tone = "strong" if differs else tone
    return (words, Said(fit(left, room - 1), told), Said(" "), Said(fit(right, room - 1), told))


# Words


def _told(verdict: Line, refused: list[Reason], width: int) -> tuple[Line, ...]:
    """The verdict with what is against it, on two lines at most."""
    if not refused:
        return (verdict,)
    words = "".join(part.text for part in verdict)
    against = "; ".join(reason.message for reason in refused)
    lines = _wrapped(f"{words}: {against} {_sources(refused)}", width)
    if len(lines) <= 2:
        return lines
    return (lines[0], line(Said(fit(f"{lines[1][0].text} …", width), "alert")))


def _joined(lines: list[Line]) -> Line:
    """Several lines as one."""
    parts: list[Said] = []
    for one in lines:
        parts += [Said(" · ", "muted"), *one] if parts else one
    return tuple(parts)


def _wrapped(text: str, width: int, tone: Tone = "alert") -> tuple[Line, ...]:
    """A sentence on as many lines as it needs, set in after the first."""
    return tuple(line(Said(part, tone)) for part in wrap(text, max(10, width), subsequent_indent="  ") if cells(part))

"""What the form of new terms asks and proposes, from what has been answered so far: the request that waits for a decision,
the means, the days on which the payer is paid, the terms in force.

In the form of a call the answers stand under `terms`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from casework.actions.declare import Asking, Several
from casework.actions.means import suggestion
from casework.authority import decides
from casework.dates import format_date, format_day, parse_date
from casework.fields import Choice
from casework.money import format_money, parse_money
from casework.situation import Situation
from casework.standing import asks_for_more
from casework.terms import Every, Request, Terms, day_of, days_before, of_keys


def answer(asking: Asking, name: str) -> object:
    """What was answered to a question of the terms; None when nothing was."""
    return asking.answers.get(name, asking.answers.get(f"terms.{name}"))


def periods(asking: Asking) -> Sequence[Choice]:
    """How often."""
    return tuple(Choice(every, every, every[0]) for every in ("weekly", "fortnightly", "monthly"))


def reasons(asking: Asking) -> Sequence[Choice]:
    """Why terms may be changed."""
    rows = asking.situation.tables.terms_reasons(asking.situation.today, "ask").values()
    return tuple(Choice(row.code, row.label, row.letter) for row in rows)


def ways_to_consent(asking: Asking) -> Sequence[Choice]:
    """How consent may be given; whoever sends JSON may write it otherwise."""
    return (
        Choice("by telephone", "by telephone"),
        Choice("in writing", "in writing"),
        Choice("in person", "in person"),
    )


# What the first field may say beside an amount


def several(text: str, situation: Situation) -> Several | None:
    """A lump sum before the instalments, or all of it, by a day or by one that is still to be said: `100+20`, `28/2`, `full`,
    `full fri`. None for an amount alone. Raises ValueError."""
    lump, plus, rest = text.partition("+")
    if plus and lump.strip():
        return _lump_sum(parse_money(lump), parse_money(rest))
    words = text.lower().removeprefix("in ").split()
    if words[:1] == ["full"]:
        return _in_full(parse_date(" ".join(words[1:]), situation.today)) if words[1:] else Several({}, "in full")
    try:
        parse_money(text)
    except ValueError as no_money:
        try:
            return _in_full(parse_date(text, situation.today))
        except ValueError:
            if any(char.isdecimal() for char in text):
                raise no_money from None
            message = f"“{text.strip()}” is neither an amount nor a day. Write {_SEVERAL}."
            raise ValueError(message) from None
    return None


_SEVERAL = "20, or 100+20 for a lump sum first, or full, or a date such as 28/2 for all of it"


def _lump_sum(lump_pence: int, pence: int) -> Several:
    meaning = f"{format_money(lump_pence)} first, then {format_money(pence)}"
    return Several({"lump_sum_pence": lump_pence, "amount_pence": pence}, meaning)


def _in_full(day: date) -> Several:
    return Several({"by": day}, f"in full by {format_day(day)}")


# What is asked


def has_amount(asking: Asking) -> bool:
    """Instalments, as there is an amount."""
    return answer(asking, "amount_pence") is not None


def has_no_amount(asking: Asking) -> bool:
    """All of it by a day."""
    return not has_amount(asking)


def has_lump_sum(asking: Asking) -> bool:
    """A lump sum, with its day."""
    return answer(asking, "lump_sum_pence") is not None


def asks_more(asking: Asking) -> bool:
    """Whether the terms, as far as they are typed, are worse for the payer than the present ones."""
    names = [name for name in Terms.model_fields if name != "plan"]
    try:
        terms = of_keys({name: answer(asking, name) for name in names})
        return asks_for_more(terms, asking.case, asking.situation.today) is not None
    except ValueError:
        return False


def has_consent(asking: Asking) -> bool:
    """With consent, how it was given."""
    return answer(asking, "consent") is True


def saves(asking: Asking) -> bool:
    """Whether the reason is the last that a form asks: it says enough by itself, and the form is about terms alone."""
    row = asking.situation.tables.terms_reasons(asking.situation.today, "ask").get(str(asking.answers.get("reason")))
    return row is not None and not row.wants_note


# What is likely


def amount(asking: Asking) -> str:
    """As asked for; else what the means bear; else nothing is likely."""
    case = asking.case
    if _asked_for(asking):
        return amount_asked_for(asking)
    if case.means is None or not case.balance_pence:
        return ""
    return _money(suggestion(case.means, case.balance_pence, _every(asking), asking.situation))


def amount_asked_for(asking: Asking) -> str:
    """As asked for, with its lump sum."""
    request = _asked_for(asking)
    sums = (request.terms.lump_sum_pence, request.terms.amount_pence) if request else ()
    return "+".join(_money(pence) for pence in sums if pence)


def every(asking: Asking) -> str:
    """As asked for; else as they are paid; else as now."""
    return _every(asking)


def start(asking: Asking) -> str:
    """As asked for; else the next pay day; else a week from today."""
    request, today = _asked_for(asking), asking.situation.today
    if request and request.terms.start and request.terms.start >= today:
        return format_date(request.terms.start)
    return format_date(_next_pay_day(asking) or today + timedelta(7))


def lump_sum_by(asking: Asking) -> str:
    """As asked for."""
    request = _asked_for(asking)
    return _day(request.terms.lump_sum_by) if request else ""


def by(asking: Asking) -> str:
    """As asked for."""
    request = _asked_for(asking)
    return _day(request.terms.by) if request else ""


def reason(asking: Asking) -> str:
    """As asked for."""
    request = _asked_for(asking)
    return request.reason if request else ""


def consent(asking: Asking) -> str:
    """As it was given with the request."""
    request = _asked_for(asking)
    return "yes" if request and request.consent else ""


def consent_how(asking: Asking) -> str:
    """As it was given with the request."""
    request = _asked_for(asking)
    ways = [one.code for one in ways_to_consent(asking)]
    return request.consent_how if request and request.consent_how in ways else "by telephone"


def _asked_for(asking: Asking) -> Request | None:
    """The request that whoever fills in the form may decide."""
    situation, request = asking.situation, asking.case.request
    if request is None or not decides(situation.actor, situation.tables, situation.today):
        return None
    return request


def _every(asking: Asking) -> Every:
    if (request := _asked_for(asking)) and request.terms.every:
        return request.terms.every
    employer, terms = asking.case.debtor.employer, asking.case.terms
    if employer is not None and employer.stands and employer.paid:
        return employer.paid
    return terms.every if terms and terms.every else "weekly"


def _next_pay_day(asking: Asking) -> date | None:
    employer, today = asking.case.debtor.employer, asking.situation.today
    if employer is None or not employer.stands or employer.paid is None or employer.pay_day is None:
        return None
    paid_already = days_before(employer.pay_day, employer.paid, today + timedelta(1))
    return day_of(employer.pay_day, employer.paid, paid_already)


def _money(pence: int | None) -> str:
    return format_money(pence) if pence else ""


def _day(day: date | None) -> str:
    return format_date(day) if day else ""

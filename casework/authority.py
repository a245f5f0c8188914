"""Who may agree which terms.

Outside the collection scheme it is the court (Courts Act 2003 Sch 5 paras 1 and 12). Inside, the table of authority says
what an officer agrees alone and what the fines officer does. Nobody makes terms worse without the payer's consent.
"""

from __future__ import annotations

from datetime import date

from casework.affordability import TIMES_A_YEAR, least_instalment
from casework.case import Case
from casework.dates import format_date, months_after
from casework.money import format_money
from casework.reference import Tables
from casework.refusals import Reason
from casework.rows_terms import Authority
from casework.situation import Situation
from casework.staff import Staff, may
from casework.terms import Terms

SCHEME = "Courts Act 2003 Sch 5 paras 1 and 12"
DECIDE = "decide"
"""The permission of a fines officer."""


def decides(actor: Staff, tables: Tables, on: date) -> bool:
    """Whether `actor` is a fines officer."""
    return not may(actor, DECIDE, None, tables.grants(on))


def authority(actor: Staff, tables: Tables, on: date) -> Authority | None:
    """The widest authority that `actor` has."""
    grants = tables.grants(on)
    return next((row for row in tables.authorities(on) if not may(actor, row.permission, None, grants)), None)


def for_the_court(case: Case) -> list[Reason]:
    """Why only a court may set terms on this case; empty when the fines officer may."""

    def court(code: str, message: str) -> Reason:
        return Reason(code=code, message=f"{message}: only the court may set its terms", source=SCHEME)

    reasons = []
    if not case.collection_order:
        reasons.append(court("no-collection-order", "there is no collection order"))
    if case.debtor.name.organisation:
        reasons.append(court("organisation", "an organisation is outside the collection scheme"))
    if case.youth and case.debtor is case.person:
        reasons.append(court("youth", "the defendant was under 18 when the account was opened"))
    return reasons


def beyond_authority(
    terms: Terms, clear: date | None, case: Case, situation: Situation, inside: str = ""
) -> list[Reason]:
    """Each limit of the actor's authority that `terms`, under which all is due on `clear`, overstep. `inside` names the
    field that holds them, with its dot."""
    row = authority(situation.actor, situation.tables, situation.today)
    if row is None:
        return [Reason(code="no-authority", message="you may not agree terms")]
    reasons = []
    if row.least_a_week_pence is not None and under_least(terms, case.balance_pence, row.least_a_week_pence):
        least = least_instalment(row.least_a_week_pence, terms.every or "weekly")
        message = f"{row.title} agrees no instalment under {format_money(least)} {terms.every}"
        reasons.append(Reason(code="below-least", message=message, field=f"{inside}amount_pence", source=row.cited))
    if row.clears_within_months is not None:
        last = months_after(situation.today, row.clears_within_months)
        if clear is not None and clear > last:
            message = (
                f"{row.title} agrees terms that clear within {row.clears_within_months} months, so by "
                f"{format_date(last)}; these clear on {format_date(clear)}"
            )
            field = f"{inside}{'by' if terms.by else 'amount_pence'}"
            reasons.append(Reason(code="too-long", message=message, field=field, source=row.cited))
    return reasons


def under_least(terms: Terms, owed_pence: int, a_week_pence: int) -> bool:
    """Whether the instalments are smaller than so many pence a week, compared by the year. One that pays all at once is
    never too small."""
    if terms.amount_pence is None or terms.every is None or terms.amount_pence >= owed_pence:
        return False
    return terms.amount_pence * TIMES_A_YEAR[terms.every] < a_week_pence * TIMES_A_YEAR["weekly"]

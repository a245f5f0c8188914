"""A case as an account that could be taken on elsewhere: what is owed, what was agreed, what is known. Not its history."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from casework.accounts import Imposed
from casework.actions.marker import GivenMarker
from casework.brought import (
    MOST_PAYMENTS,
    BroughtClock,
    BroughtContact,
    BroughtCounters,
    BroughtMeans,
    BroughtPromise,
    BroughtRequest,
    BroughtStop,
    Payment,
)
from casework.brought_traces import BroughtRound, BroughtTrace
from casework.case import Case
from casework.clean import Prose
from casework.dates import london_date
from casework.ledger import Receipt, natural
from casework.opening import Account
from casework.standing import owed_under
from casework.tracing import Round, in_this_round


def as_account(case: Case, reason: Callable[[str], Prose | None] = lambda name: None) -> Account:
    """What a file would say of `case` so that it is owed, agreed and known as now.

    `reason` reads the restricted text of a name, for those who may. What nobody decided is left to the calendar, which finds
    it again: the tasks, what was told of a missed instalment, that a youth is 18.
    """
    in_force = case.in_force
    return Account(
        unit=case.unit,
        number=case.number,
        opened_on=case.opened_on,
        reference=case.reference,
        person=case.person,
        guardian=case.guardian,
        status=case.status,
        last_step=case.last_step,
        collection_order=case.collection_order,
        impositions=tuple(
            Imposed(paid_pence=one.imposed_pence - one.balance_pence, **one.model_dump(exclude={"id", "balance_pence"}))
            for one in case.impositions
        ),
        markers=tuple(
            GivenMarker(
                code=one.code,
                advice=one.advice,
                reason=reason(one.restricted) if one.restricted else None,
                review_on=one.review_on,
            )
            for one in case.markers
        ),
        terms=case.terms,
        terms_began_on=in_force.began_on if in_force else None,
        terms_balance_pence=owed_under(case) if in_force else None,
        reserve_terms=case.reserve_terms,
        payments=tuple(
            Payment(
                amount_pence=one.amount_pence,
                received_on=one.received_on,
                method=one.method,
                reference=one.reference,
            )
            for one in _payments(case)
        ),
        request=_request(case),
        means=BroughtMeans.model_validate(case.means.model_dump(exclude={"id"})) if case.means else None,
        card_asked_on=case.card_asked_on,
        first_contact_on=min((one.due_on for one in case.tasks), default=None),
        suspense_pence=case.suspense_pence,
        promises=tuple(
            BroughtPromise(
                taken_on=london_date(one.taken_at),
                taken_by=one.taken_by,
                **one.model_dump(exclude={"id", "taken_at", "taken_by", "grace_from"}),
            )
            for one in case.promises
        ),
        contacts=tuple(BroughtContact.model_validate(one.model_dump(exclude={"id"})) for one in case.contacts),
        counters=BroughtCounters.model_validate(case.counters.model_dump()),
        stops=tuple(BroughtStop.model_validate(one.model_dump(exclude={"id", "set_by"})) for one in case.stops),
        clocks=tuple(BroughtClock.model_validate(one.model_dump(exclude={"id"})) for one in case.clocks),
        not_automatic=case.not_automatic,
        traces=tuple(BroughtTrace.model_validate(one.model_dump(exclude={"id"})) for one in case.traces),
        trace_rounds=tuple(_round(one, case) for one in case.trace_rounds),
    )


def _round(ended: Round, case: Case) -> BroughtRound:
    after = sum(not in_this_round(one, ended) for one in case.traces)
    return BroughtRound(after=after, **ended.model_dump(exclude={"id"}))


def _payments(case: Case) -> Sequence[Receipt]:
    """Those recorded since the terms began, and not undone; the newest of them, where there are very many."""
    since = natural(case.in_force.id) if case.in_force else ()
    return [one for one in case.receipts if not one.reversed and natural(one.id) > since][-MOST_PAYMENTS:]


def _request(case: Case) -> BroughtRequest | None:
    if case.request is None:
        return None
    return BroughtRequest.model_validate(case.request.model_dump(exclude={"id"}))

"""The key bar of a case: what can be done next, what it waits for first, and what cannot be done now in brackets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from casework.views import CaseView
from tui import view_models
from tui.commands import ALWAYS
from tui.registry import Command, Registry
from tui.widgets.key_bar import Hint

_IN_A_FORM = ("save", "save-next", "close", "throw-away", "choices")
"""The keys of forms that are shown, the most wanted first."""

_HELPED = ("digits", "tour")
"""What the key bar leaves to the help."""


def barred(registry: Registry, view: CaseView | None) -> dict[str, str]:
    """Why commands cannot be given on this case now, by their ids."""
    offers = {offer.kind: offer.reasons for offer in view.offers} if view is not None else {}
    reasons = {one.id: offers.get(one.action or "", ()) for one in registry.at("case")}
    return {name: "; ".join(reason.message.rstrip(".") for reason in found) for name, found in reasons.items() if found}


def wanted(registry: Registry, view: CaseView, against: Mapping[str, str]) -> set[str]:
    """The commands that this case waits for: a hand-over to be acknowledged, an answer to be read."""
    claim, case = view.claim, view.case
    task = case.task(claim.task) if claim is not None and view.mine else None
    due = {"acknowledge"} if case.handover is not None else set[str]()
    if task is not None and (opened := view_models.opens(case, task.id)) is not None:
        due.add(opened[0])
    return {one.id for one in registry.at("case") if one.action in due and one.id not in against}


def hints(
    registry: Registry, view: CaseView, *, in_form: bool, leaving: bool, comparing: bool, cut: bool
) -> list[Hint]:
    """The key bar, the most wanted first; with a form open its keys, with `leaving` the one that asks what becomes of the
    case. Where something is `cut` off, how to read it comes before all; on a case that is read only, that it is."""
    against = barred(registry, view)
    if in_form:
        first = [registry.named(name) for name in _IN_A_FORM]
        shown = [_hint(one, against, "stay here" if leaving and one.id == "close" else one.title) for one in first]
        if comparing:
            shown.append(_hint(registry.named("compare"), against))
        shown.append(_hint(registry.named("safeguard"), against))
    else:
        due = wanted(registry, view, against)
        known = [one for one in registry.at("case") if one.keys and one.id not in _HELPED]
        shown = [_hint(one, against) for one in _ordered(known, due)]
    reading = registry.named("read-all")
    rest = [hint for hint in shown if hint.key != reading.key or not cut]
    only = [Hint("READ ONLY", "")] if view_models.is_read_only(view) and not in_form else []
    return [*only, *([Hint(reading.key, "read all", always=True)] if cut else []), *rest]


def _ordered(known: Sequence[Command], due: set[str]) -> list[Command]:
    """What is due first; what is always shown last, since the bar keeps its right end for it."""
    last = [one for one in known if one.id in ALWAYS]
    return sorted((one for one in known if one.id not in ALWAYS), key=lambda one: one.id not in due) + last


def _hint(one: Command, against: Mapping[str, str], title: str = "") -> Hint:
    return Hint(one.key, title or one.title, against.get(one.id), one.id in ALWAYS)

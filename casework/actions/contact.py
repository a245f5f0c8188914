"""Log what came or went by another channel than the telephone: an e-mail, a webchat, a letter, a text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal, get_args

from casework.actions import outcome as outcomes
from casework.actions.apart import SALT, note_apart
from casework.actions.declare import Action, Ask, Asking
from casework.actions.follow_up import follow_up
from casework.case import Case
from casework.clean import Line, Prose
from casework.contact import CHANNELS, Channel, Direction
from casework.contact_policy import against, judge
from casework.events import Contacted, Happening
from casework.fields import Choice
from casework.refusals import Reason
from casework.restricted import RestrictedText
from casework.situation import Situation
from casework.table_rows import WrapCode

Written = Literal["email", "webchat", "letter", "sms"]


def _channels(asking: Asking) -> Sequence[Choice]:
    return [Choice(code, CHANNELS[code]) for code in get_args(Written)]


def directions(asking: Asking) -> Sequence[Choice]:
    """Ours to them, or theirs to us."""
    return (Choice("out", "out"), Choice("in", "in"))


def _likely(row: WrapCode) -> Direction:
    """What reached nobody is ours; all else is theirs."""
    return "out" if row.group == "not-reached" else "in"


def _whose(asking: Asking) -> str:
    row = outcomes.chosen(asking)
    return _likely(row) if row is not None else ""


class LogContact(Action):
    """An e-mail, a webchat, a letter or a text, and what it came to; what follows is the same as after a call."""

    title = "Contact"
    help = "e-mail, webchat, letter or text"
    permission = "call"
    undoable = True
    facts = SALT

    kind: Literal["contact"] = "contact"
    channel: Annotated[Written, Ask("Channel", choices=_channels)]
    outcome: Annotated[Line, Ask("Outcome", choices=outcomes.outcomes("contact"), help="type its first letters")]
    detail: Annotated[
        Line | None, Ask("Detail", word="detail", choices=outcomes.details, when=outcomes.has_details)
    ] = None
    note: Annotated[
        Prose | None,
        Ask("Note", rest=True, word="note", needed=outcomes.note_needed, templates=outcomes.templates),
    ] = None
    direction: Annotated[Direction | None, Ask("Direction", word="direction", choices=directions, default=_whose)] = (
        None
    )
    """As its outcome says when it is not given."""

    def refusals(self, case: Case, situation: Situation) -> list[Reason]:
        """An outcome that there is, with the note it asks for."""
        rows = situation.tables.wrap_codes(situation.today, "contact")
        row = rows.get(self.outcome)
        if row is None:
            return [outcomes.unknown(rows)]
        return [*outcomes.note_refusals(row, self.note), *outcomes.about_detail(row, self.detail, situation)]

    def cautions(self, case: Case, situation: Situation) -> list[str]:
        """Something was left out of the note."""
        return outcomes.blanks(self.note)

    def happenings(self, case: Case, situation: Situation) -> list[Happening]:
        """The contact and what follows from its outcome."""
        row = situation.tables.wrap_codes(situation.today, "contact")[self.outcome]
        detail = outcomes.detail_row(row, self.detail, situation)
        channel: Channel = self.channel
        direction = self.direction or _likely(row)
        apart = note_apart(self.note, row, situation)
        contacted = Contacted(
            channel=channel,
            direction=direction,
            outcome=row.code,
            outcome_label=row.label,
            detail=detail.code if detail else None,
            detail_label=detail.label if detail else None,
            attempt=row.counts != "nothing",
            reached=row.counts == "conversation",
            against=against(judge(case, situation, channel)) if direction == "out" else (),
            note=None if apart else self.note,
            restricted_note=apart.name if apart else None,
        )
        return [contacted, *follow_up(case, row, CHANNELS[channel], situation, detail=detail)]

    def restricted(self, situation: Situation) -> list[RestrictedText]:
        """The note, where the outcome is one of which not everybody may read."""
        note = note_apart(
            self.note, situation.tables.wrap_codes(situation.today, "contact").get(self.outcome), situation
        )
        return [note] if note else []

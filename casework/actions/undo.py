"""Undo what was done last, for a few seconds: instead of being asked each time whether one is sure. Nothing is taken out of
the history; the case becomes again what it was, and the history says so.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from casework.actions.declare import Action
from casework.case import Case
from casework.clean import MOST_IN_LINE, Line, clean_line
from casework.events import Happening, Undone
from casework.events.undone import undone_from
from casework.refusals import Reason
from casework.situation import Fact, LastAct, Situation


class Undo(Action):
    """What I did last on this case was a slip: the case is again what it was before."""

    title = "Undo"
    help = "your last act on this case, for a few seconds"
    permission = "note"
    facts: ClassVar[frozenset[Fact]] = frozenset({"last_act"})

    kind: Literal["undo"] = "undo"
    since: Annotated[int, Field(ge=1)] | None = None
    """The version that the case had before the act that is meant; without it, the last act is."""

    @classmethod
    def offered(cls, case: Case, situation: Situation) -> list[Reason]:
        """My own act, of these seconds, that may be undone, while nobody else has taken the case."""
        last = situation.facts.last_act
        if last is None:
            return [Reason(code="nothing-to-undo", message="nobody has done anything here that could be undone")]
        found = []
        if last.by != situation.actor.id:
            message = "somebody else did the last thing here, and only they can undo it"
            found.append(Reason(code="not-your-act", message=message))
        most = situation.tables.limit("undo-seconds", situation.today)
        if situation.now - last.at > timedelta(seconds=most.amount):
            message = f"that was more than {most.amount} seconds ago: put it right with another action"
            found.append(Reason(code="too-late", message=message, source=most.cited))
        if not last.undoable:
            found.append(_not_undoable(last))
        if last.taken_by is not None:
            found.append(Reason(code="taken", message=f"{last.taken_by} is working this case now"))
        return found

    def permissions(self, situation: Situation) -> tuple[str, ...]:
        """Those of what is undone, too. Whose act it is comes first: of another's, only that is said."""
        last = situation.facts.last_act
        mine = last.permissions if last is not None and last.by == situation.actor.id else ()
        return (self.permission, *mine)

    def refusals(self, case: Case, situation: Situation) -> list[Reason]:
        """That nothing else has happened since the act that is meant."""
        last = situation.facts.last_act
        if last is None or self.since in (None, last.from_seq - 1):
            return []
        message = "the last thing done here is another than the one you mean: look at the timeline"
        return [Reason(code="another-act", message=message, field="since")]

    def happenings(self, case: Case, situation: Situation) -> list[Happening]:
        """The case as it was before."""
        last = situation.facts.last_act
        assert last is not None
        return [
            Undone(
                title=Line(last.title),
                kinds=tuple(Line(kind) for kind, _ in last.what),
                summaries=tuple(_one_line(summary) for _, summary in last.what),
                from_seq=last.from_seq,
                to_seq=case.version,
                touched=tuple(sorted(part for part, seq in case.changed.items() if seq >= last.from_seq)),
                restores=undone_from(last.before(), case),
            )
        ]


def _not_undoable(last: LastAct) -> Reason:
    if last.what[0][0] == Undone.kind:
        return Reason(code="undone-already", message="that was undone already")
    return Reason(code="not-undoable", message=f"“{last.title}” cannot be undone: put it right with another action")


def _one_line(summary: str) -> Line:
    text = clean_line(summary)
    return text if len(text) <= MOST_IN_LINE else Line(f"{text[: MOST_IN_LINE - 1]}…")

"""What an action keeps apart from the history, for the eyes of a few: its event has only the name of it."""

from __future__ import annotations

from casework.clean import Prose
from casework.restricted import RestrictedText
from casework.situation import Fact, Situation
from casework.table_rows import WrapCode

SALT: frozenset[Fact] = frozenset({"salt"})


def kept_apart(text: Prose | None, situation: Situation) -> RestrictedText | None:
    """The text as it is kept, beside the history; the situation has the fact `salt`."""
    if text is None:
        return None
    assert situation.facts.salt is not None, "an action that asks for the salt is given it"
    return RestrictedText(salt=situation.facts.salt, text=text)


def note_apart(note: Prose | None, row: WrapCode | None, situation: Situation) -> RestrictedText | None:
    """The note of an outcome as it is kept, if not everybody may read it."""
    return kept_apart(note, situation) if row is not None and row.restricted else None

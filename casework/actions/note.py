"""Write a note."""

from __future__ import annotations

from typing import Annotated, Literal

from casework.actions.declare import Action, Ask
from casework.case import Case
from casework.clean import Prose
from casework.events import Happening, Noted
from casework.situation import Situation


class WriteNote(Action):
    """A note on the case, for everybody who works it after."""

    title = "Note"
    help = "What the next person must know. Ctrl+J makes a new line."
    permission = "note"
    undoable = True

    kind: Literal["note"] = "note"
    text: Annotated[Prose, Ask("Note", rest=True)]

    def happenings(self, case: Case, situation: Situation) -> list[Happening]:
        """The note."""
        return [Noted(text=self.text)]

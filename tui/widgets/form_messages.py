"""What a form tells its screen. A screen hears them as `FieldMap.Changed` and so on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from tui.widgets.field_map import FieldMap


class FormMessage(Message, namespace="field_map"):
    """Something a form has to say; `control` is the form."""

    def __init__(self, form: FieldMap) -> None:
        super().__init__()
        self.form = form

    @property
    def control(self) -> FieldMap:
        """The form, for `@on(FieldMap.Submitted, "#terms")`."""
        return self.form


class Changed(FormMessage, namespace="field_map"):
    """The text of a field is another now."""

    def __init__(self, form: FieldMap, name: str, values: dict[str, str]) -> None:
        super().__init__(form)
        self.name = name
        self.values = values


class Left(FormMessage, namespace="field_map"):
    """The cursor has gone from a field, whose text may now be read."""

    def __init__(self, form: FieldMap, name: str) -> None:
        super().__init__(form)
        self.name = name


class Submitted(FormMessage, namespace="field_map"):
    """The officer wants the form saved."""

    def __init__(self, form: FieldMap, values: dict[str, str], typed_at: float) -> None:
        super().__init__(form)
        self.values = values
        self.typed_at = typed_at
        """When the key that saves was read from the terminal, on the monotonic clock."""


class Closed(FormMessage, namespace="field_map"):
    """The officer wants to be rid of the form, keeping what was typed as a draft or not."""

    def __init__(self, form: FieldMap, keep: bool) -> None:
        super().__init__(form)
        self.keep = keep


class Recalled(FormMessage, namespace="field_map"):
    """Up or Down was pressed in a form of one line: what was written before (-1) or after (1) is wanted; see `fill`."""

    def __init__(self, form: FieldMap, by: int) -> None:
        super().__init__(form)
        self.by = by


class CopyWanted(FormMessage, namespace="field_map"):
    """The text of the current field is to be copied, if that is allowed; see `clipboard.copying`."""

    def __init__(self, form: FieldMap, text: str) -> None:
        super().__init__(form)
        self.text = text

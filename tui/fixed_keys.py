"""Keys that are the same at every desk: those of the widgets, and the few that a screen answers to itself.

Widgets know nothing of this list; a test compares it with what they answer to, so that the help tells all.
"""

from __future__ import annotations

from tui.registry import Command, Group, Place

_SCROLLING: tuple[Place, ...] = ("list", "reader", "help")


def _key(name: str, title: str, told: str, group: Group, keys: tuple[str, ...], places: tuple[Place, ...]) -> Command:
    return Command(name, title, told, group, keys, places, fixed=True)


FIXED: tuple[Command, ...] = (
    _key("digits", "find a number", "Begin a find with the digit.", "Desk", tuple("0123456789"), ("queues", "case")),
    _key("enter", "next field, or save", "Go to the next field; in the last one, save.", "Form", ("Enter",), ("form",)),
    _key("save", "save", "Save.", "Form", ("F10", "Ctrl+S"), ("form",)),
    _key("save-next", "save, then next", "Save, and bring the next case.", "Form", ("F8",), ("form",)),
    _key("close", "keep for later", "Close the form and keep what was typed.", "Form", ("Esc", "F3"), ("form",)),
    _key("throw-away", "throw away", "Throw the form away; asks once.", "Form", ("F12",), ("form",)),
    _key("choices", "choices", "Show what the field may hold, or hide it.", "Form", ("F4",), ("form",)),
    _key("field-after", "next field", "Go to the next field.", "Form", ("Tab", "Down"), ("form",)),
    _key("field-before", "field before", "Go to the field before.", "Form", ("Shift+Tab", "Up"), ("form",)),
    _key("new-line", "new line", "Begin a new line in a long text.", "Form", ("Ctrl+J",), ("form",)),
    _key(
        "in-text",
        "move in the text",
        "Move in the text of the field.",
        "Form",
        ("Left", "Right", "Home", "End"),
        ("form",),
    ),
    _key(
        "take-out",
        "take out",
        "Take out the character before, or under the cursor.",
        "Form",
        ("Backspace", "Delete", "Ctrl+H"),
        ("form",),
    ),
    _key("copy", "copy", "Copy the text of the field, where that is allowed.", "Form", ("Ctrl+Y",), ("form",)),
    _key("empty", "empty", "Empty the field.", "Form", ("Ctrl+U",), ("form",)),
    _key("open-row", "open", "Open or do what stands in the row.", "List", ("Enter",), ("list", "help")),
    _key("scroll", "move", "Move up and down.", "List", ("Up", "Down"), _SCROLLING),
    _key("page", "page", "Move by a page.", "List", ("PgUp", "PgDn"), _SCROLLING),
    _key("ends", "first and last", "Go to the beginning or the end.", "List", ("Home", "End"), ("list", "reader")),
    _key("stop-reading", "close", "Close what is being read.", "Reading", ("Esc", "F3", "Enter"), ("reader",)),
    _key("back", "back", "Go back to where you came from.", "Desk", ("Esc", "F3"), ("find", "day", "away", "help")),
    _key("seek", "find, then open", "Find what was typed; in the list, open the case.", "Desk", ("Enter",), ("find",)),
    _key("to-list", "to the list", "Go to what was found.", "Desk", ("Down",), ("find",)),
    _key("to-box", "to the box", "Type something else to be found.", "Desk", ("/",), ("find",)),
)

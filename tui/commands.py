"""What an officer can ask for: every command of the desk, the most wanted first. Bindings, the key bar, the palette, the help,
`docs/keys.md` and the tests all read this."""

from __future__ import annotations

from tui.fixed_keys import FIXED
from tui.registry import Command, Place, Registry

BOTH: tuple[Place, ...] = ("queues", "case")
EVERYWHERE: tuple[Place, ...] = ("everywhere",)

COMMANDS: tuple[Command, ...] = (
    # The most wanted first: that is their order in the key bar.
    Command(
        "next", "next", "Bring the next case; one that is unfinished is wrapped up first.", "Work", ("n", "F8"), BOTH
    ),
    Command(
        "call-out", "call", "Log a call you make: the outcome, and what was agreed.", "People", ("c",), action="call"
    ),
    Command(
        "call-in",
        "call in",
        "Log a call that came in: first who it is, then what was agreed.",
        "People",
        ("i",),
        BOTH,
        action="call",
        preset={"answered": "them", "direction": "in"},
        begins_at="identity",
    ),
    Command(
        "ringing",
        "somebody rings",
        "Ask first whose case it is; then log the call that came in. What is being typed is kept.",
        "People",
        ("F11",),
        BOTH,
    ),
    Command(
        "promise", "promise", "Take a promise: how much, by when, how it is paid.", "Money", ("p",), action="promise"
    ),
    Command(
        "terms", "terms", "Agree new payment terms, with the instalments to read out.", "Money", ("t",), action="terms"
    ),
    Command("note", "note", "Write down what the next person must know.", "Record", ("o",), action="note"),
    Command("wrap-up", "wrap up", "Say how the work on this task ended.", "Work", ("w",), action="wrap-up"),
    Command(
        "address",
        "address",
        "Take a new address for the person.",
        "People",
        ("a",),
        action="details",
        preset={"about": "address"},
    ),
    Command(
        "details",
        "details",
        "Change what is known of the person: a number, a name.",
        "People",
        ("d",),
        action="details",
    ),
    Command("park", "park", "Put the case off until a day, and say what for.", "Work", ("z",), action="park"),
    Command(
        "skip", "skip", "Pass the case over for a reason; it comes back to the queue.", "Work", ("s",), action="skip"
    ),
    Command("payment-card", "card", "Ask for a payment card to be sent.", "Money", ("k",), action="payment-card"),
    Command(
        "trace", "trace", "Ask a source where somebody lives, works or answers.", "Tracing", ("r",), action="trace"
    ),
    Command(
        "trace-result", "trace answer", "Write down what a source answered.", "Tracing", ("T",), action="trace-result"
    ),
    Command("hand-over", "hand over", "Give the case to a colleague with a note.", "Work", ("h",), action="handover"),
    Command(
        "acknowledge",
        "acknowledge",
        "Say that you have read what was handed over to you.",
        "Work",
        ("H",),
        action="acknowledge",
    ),
    Command("marker", "marker", "Mark somebody as vulnerable, or a risk, with why.", "People", ("v",), action="marker"),
    Command(
        "quick-entry",
        "quick entry: any action",
        "Do any of these in one line, and see first what it would do.",
        "Work",
        (":",),
    ),
    Command(
        "repeat",
        "repeat the line",
        "Do on this case what was written last as quick entry; what cannot be undone is shown first.",
        "Work",
        (".",),
    ),
    Command(
        "find",
        "find",
        "Find a case by number, name, telephone, postcode, birthday, NI number or vehicle.",
        "Desk",
        ("/",),
        BOTH,
        permission="search",
    ),
    Command(
        "my-day",
        "my day",
        "See what is yours today: call-backs, promises, what you parked.",
        "Desk",
        ("y",),
        (*BOTH, "day"),
    ),
    Command("compare", "compare", "Keep these terms aside and try others beside them.", "Form", ("F7",)),
    Command("queues", "queues", "Go to the list of queues; the case stays yours.", "Desk", ("q",)),
    Command(
        "away",
        "work of people away",
        "See what waits for people who are not at work today.",
        "Desk",
        ("A",),
        ("queues",),
        permission="lead",
    ),
    Command("receipt", "receipt", "Take a receipt of money.", "Money", ("$",), action="receipt"),
    Command(
        "reverse", "undo a payment", "Undo a payment that was taken by mistake.", "Money", ("R",), action="reverse"
    ),
    Command(
        "cancel-promise",
        "cancel promise",
        "Take back a promise that was not meant.",
        "Money",
        ("P",),
        action="cancel-promise",
    ),
    Command("undo", "undo", "Take back what you saved last, for half a minute.", "Work", ("u",), BOTH, action="undo"),
    Command("next-case", "open case after", "Show the next of the open cases, as it was left.", "Look", ("F2", "}")),
    Command("previous-case", "open case before", "Show the open case before, as it was left.", "Look", ("{",)),
    Command("put-away", "put away", "Put this case away; one that is yours is wrapped up first.", "Work", ("l",)),
    Command("previous-tab", "tab before", "Show the list before this one.", "Look", ("[",)),
    Command("next-tab", "tab after", "Show the list after this one.", "Look", ("]",)),
    Command("tab-timeline", "timeline", "Show what has happened.", "Look", ("Alt+1",)),
    Command("tab-money", "money", "Show what was imposed, what is owed of it, and what was paid.", "Look", ("Alt+2",)),
    Command("tab-person", "everything known", "Show all that is known of the person.", "Look", ("Alt+3",)),
    Command("tab-traces", "traces", "Show who was asked in a trace, and what came of it.", "Look", ("Alt+5",)),
    Command("tab-tasks", "tasks", "Show what is still to be done.", "Look", ("Alt+8",)),
    Command("narrow", "find in the timeline", "Show of the timeline what you look for.", "Look", ("f",)),
    Command("read-all", "read in full", "Read in full what is cut off at the top and in the message.", "Look", ("F6",)),
    Command("refresh", "refresh", "Read everything again, and paint it anew.", "Look", ("F5",), (*BOTH, "day")),
    # Without a key of their own.
    Command("contact", "contact", "Log an e-mail, a web chat, a letter or a text.", "People", action="contact"),
    Command("end-marker", "end marker", "Take a marker off again.", "People", action="end-marker"),
    Command("means", "means", "Write down income and spending.", "Money", action="means"),
    Command(
        "request-terms",
        "ask for terms",
        "Ask the fines officer or the court for terms.",
        "Money",
        action="request-terms",
    ),
    Command("refuse-terms", "refuse terms", "Refuse terms that were asked for.", "Money", action="refuse-terms"),
    Command(
        "court-terms", "court's terms", "Write down the terms that the court ordered.", "Money", action="court-terms"
    ),
    Command("stop", "stop", "Say why no step may be taken, or nobody contacted.", "Record", action="stop"),
    Command("lift", "lift stop", "Lift a stop.", "Record", action="lift"),
    Command("palette", "commands", "Find a command by its words, and do it.", "Desk", ("Ctrl+P",), EVERYWHERE),
    Command("tour", "tour", "Be shown the desk step by step; in the practice office only.", "Desk", ("g",), EVERYWHERE),
    Command("leaving", "how to leave", "Say how the desk is left.", "Desk", ("Ctrl+C",), EVERYWHERE),
    # Always shown, at the right.
    Command(
        "safeguard",
        "safeguarding",
        "When somebody may come to harm: what to say, and the team leader told.",
        "People",
        ("F9",),
        EVERYWHERE,
        action="safeguard",
    ),
    Command(
        "help",
        "keys",
        "Show the keys of this place; in a form, help with the field first.",
        "Desk",
        ("?", "F1"),
        EVERYWHERE,
    ),
    Command("quit", "quit", "Leave the desk; a case that is yours is asked about first.", "Desk", ("Q",), BOTH),
)

ALWAYS = ("safeguard", "help", "quit")
"""Commands that every key bar shows, however narrow."""

STANDARD = Registry((*COMMANDS, *FIXED))
"""The keys as they are when nobody has chosen others."""

"""What keys should do at the desk, as simply as it can be said: cases, two forms, drafts. It knows no terminal and no store.

A burst is typed without looking. What cannot be done blind is the point of the model: a saving key typed before its case was
on the screen saves nothing, and after that, after any other refusal, and after a draft has come back, the rest of the burst
is thrown away.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from casework.accounts import check_letter

NUMBERS = tuple(f"26{n:06}{check_letter(f'26{n:06}')}" for n in range(1, 6))
METHODS = {
    "card": "card",
    "transfer": "banktransfer",
    "payment-card": "paymentcardallpay",
    "direct-debit": "directdebit",
    "notes": "cash",
    "cheque": "cheque",
    "postal-order": "postalorder",
}
"""By code, the words of each way to pay, run together."""
DEFAULTS: dict[str, dict[str, str]] = {
    "note": {"text": ""},
    "promise": {"amount_pence": "£20.00", "due": "", "method": "card"},
}
OWED = 10_000
FURTHEST = 14


@dataclass
class Form:
    """A form that is open."""

    kind: str
    texts: dict[str, str]
    fresh: set[str]
    """Whose default is still in place."""
    at: str = ""
    changed: set[str] = field(default_factory=set)
    restored: bool = False
    warned: bool = False
    """F12 was pressed once."""

    @property
    def values(self) -> dict[str, str]:
        """What a draft of it would hold."""
        return {
            name: (_method(text) or text) if name == "method" else text
            for name, text in self.texts.items()
            if text or (name in self.changed and DEFAULTS[self.kind][name])
        }

    @property
    def touched(self) -> bool:
        """Whether something would be lost."""
        own = {} if self.restored else {name: text for name, text in DEFAULTS[self.kind].items() if text}
        return self.values != own


@dataclass
class Model:
    """The desk."""

    place: str = "queues"
    below: str = "queues"
    """Where a find was begun."""
    box: str = ""
    """What stands in the find box."""
    cases: list[str] = field(default_factory=list)
    shown: int = 0
    left: dict[str, str] = field(default_factory=dict)
    """By case, the kind of the form that was open when another case was turned to."""
    drafts: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    form: Form | None = None
    saved: list[tuple[str, ...]] = field(default_factory=list)
    promised: set[str] = field(default_factory=set)
    deaf: bool = False
    """The rest of the burst goes nowhere."""
    unseen: bool = False
    """The case came on the screen within this burst."""

    def look_up(self) -> None:
        """A burst is over: who types looks at the screen."""
        self.deaf = self.unseen = False

    @property
    def case(self) -> str:
        """The case on the screen."""
        return self.cases[self.shown]

    def press(self, name: str) -> None:
        """Do what one key does here."""
        if self.deaf:
            return
        if self.place == "find":
            self._in_find(name)
        elif self.place == "queues":
            if name == "n":
                self._open(NUMBERS[0])
            elif name == "/" or name.isdecimal():
                self._find(name.strip("/"))
        elif self.form is not None:
            self._in_form(self.form, name)
        elif name in ("o", "p"):
            self._open_form("note" if name == "o" else "promise")
        elif name in ("f2", "}", "{"):
            self._turn(-1 if name == "{" else 1)
        elif name == "q":
            self.place = "queues"
        elif name == "/" or name.isdecimal():
            self._find(name.strip("/"))

    # Screens

    def _find(self, begun: str) -> None:
        self.place, self.below, self.box = "find", self.place, begun

    def _in_find(self, name: str) -> None:
        if name in ("f3", "f12"):
            self.place = self.below
        elif name == "ctrl+u":
            self.box = ""
        elif name == "backspace":
            self.box = self.box[:-1]
        elif len(name) == 1:
            self.box += name
            if re.fullmatch(r"\d{8}[A-Za-z]", self.box):
                if check_letter(self.box[:8]) != self.box[8].upper():
                    self.box, self.deaf = self.box[:8], True
                else:
                    self._open(self.box.upper())

    def _open(self, number: str) -> None:
        if number not in self.cases:
            self.cases.append(number)
        else:
            self.left.pop(number, None)
        self.shown, self.place, self.unseen = self.cases.index(number), "case", True

    def _turn(self, by: int) -> None:
        if len(self.cases) < 2:
            return
        self._leave_form()
        self.shown = (self.shown + by) % len(self.cases)
        self.unseen = True
        if (kind := self.left.pop(self.case, None)) is not None:
            self._open_form(kind)

    def _leave_form(self) -> None:
        if self.form is not None:
            self.left[self.case] = self.form.kind
            self._close(self.form)

    # Forms

    def _open_form(self, kind: str) -> None:
        kept = self.drafts.get((self.case, kind))
        texts = {**DEFAULTS[kind], **(kept or {})}
        form = Form(kind, texts, {name for name in texts if texts[name] and name not in (kept or {})})
        form.changed, form.restored, self.deaf = set(kept or {}), kept is not None, kept is not None
        still_open = [name for name, text in texts.items() if not text or (name, text) == ("amount_pence", "£20.00")]
        form.at = next(iter(still_open), next(iter(texts)))
        self.form = form

    def _in_form(self, form: Form, name: str) -> None:
        names = list(form.texts)
        here = names.index(form.at)
        match name:
            case "tab" | "shift+tab":
                if len(names) > 1:
                    self._complete(form)
                    form.at = names[(here + (1 if name == "tab" else -1)) % len(names)]
            case "enter" if here + 1 < len(names):
                self._complete(form)
                form.at = names[here + 1]
            case "enter" | "f10":
                self._complete(form)
                self._save(form)
            case "f3":
                self._close(form)
            case "f2":
                self._turn(1)
            case "f12" if form.touched and not form.warned:
                form.warned = True
            case "f12":
                self.drafts.pop((self.case, form.kind), None)
                self.form = None
            case "backspace":
                self._write(form, "" if form.at in form.fresh else form.texts[form.at][:-1])
            case "ctrl+u":
                self._write(form, "")
            case _ if len(name) == 1:
                self._write(form, ("" if form.at in form.fresh else form.texts[form.at]) + name)

    def _write(self, form: Form, text: str) -> None:
        if form.texts[form.at] != text:
            form.warned = False
        form.texts[form.at] = text
        form.fresh.discard(form.at)
        form.changed.add(form.at)

    def _complete(self, form: Form) -> None:
        if form.at == "method" and (code := _method(form.texts["method"])) is not None and code != form.texts["method"]:
            self._write(form, code)

    def _close(self, form: Form) -> None:
        if form.touched:
            self.drafts[self.case, form.kind] = form.values
        else:
            self.drafts.pop((self.case, form.kind), None)
        self.form = None

    def _save(self, form: Form) -> None:
        if self.unseen:
            self.deaf = True
            return
        if bad := _faults(form):
            form.at, self.deaf = bad[0], True
            return
        texts = form.texts
        if form.kind == "note":
            self.saved.append(("note", self.case, texts["text"].strip()))
        else:
            pence = str(_pence(texts["amount_pence"]))
            self.saved.append(("promise", self.case, pence, texts["due"], _method(texts["method"]) or ""))
            self.promised.add(self.case)
        self.drafts.pop((self.case, form.kind), None)
        self.form = None


def _faults(form: Form) -> list[str]:
    """The fields that are refused: what cannot be read comes first, and only then what may not be."""
    texts = form.texts
    if form.kind == "note":
        return [] if texts["text"].strip() else ["text"]
    unread = {
        "amount_pence": _pence(texts["amount_pence"]) is None,
        "due": _days(texts["due"]) is None,
        "method": _method(texts["method"]) is None,
    }
    if any(unread.values()):
        return [name for name, bad in unread.items() if bad]
    barred = {
        "amount_pence": (_pence(texts["amount_pence"]) or 0) > OWED,
        "due": (_days(texts["due"]) or 0) > FURTHEST,
    }
    return [name for name, bad in barred.items() if bad]


def _pence(text: str) -> int | None:
    found = re.fullmatch(r"£?(\d{1,6})(\.00)?", text.strip())
    return int(found[1]) * 100 or None if found else None


def _days(text: str) -> int | None:
    found = re.fullmatch(r"\+(\d{1,2})", text.strip())
    return int(found[1]) if found else None


def _method(text: str) -> str | None:
    typed = re.sub(r"[^a-z0-9]", "", text.lower())
    names = {code: (code.replace("-", ""), label) for code, label in METHODS.items()}
    whole = [code for code, both in names.items() if typed in both]
    begun = [code for code, both in names.items() if typed and any(name.startswith(typed) for name in both)]
    found = whole or begun
    return found[0] if len(found) == 1 else None

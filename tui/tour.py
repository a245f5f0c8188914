"""The first steps at the desk, told one at a time in the practice office. Each waits for the real key on the real screen; no
key means anything else because of it, and whoever does something else finds the same step when they come back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from textwrap import wrap

from tui.key_names import textual
from tui.registry import Place, Registry
from tui.widgets.lines import Line, Said, line


@dataclass(frozen=True, slots=True)
class Seen:
    """What can be seen of what somebody does."""

    place: Place
    form: str | None = None
    """The kind of the form that is open."""
    saves: int = 0
    """How often something was saved."""
    typed: int = 0
    """How many keys."""
    key: str = ""
    """The last of them."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do; what it says of those of these that are given shows that it was done."""

    told: str
    """Commands stand in it in braces, for the keys they have at this desk."""
    place: Place | None = None
    """Here now."""
    leaves: Place | None = None
    """Here no longer."""
    form: str | None = None
    """This form is open."""
    saves: bool = False
    """Something was saved since the step began."""
    asks: str = ""
    """The key of this command was typed."""
    any_key: bool = False
    """Whatever was typed."""

    def done(self, before: Seen, now: Seen, registry: Registry) -> bool:
        """Whether it was done, from how it was when the step began and how it is now."""
        asked = [textual(key) for key in registry.named(self.asks).keys] if self.asks else []
        return all(
            (
                self.place in (None, now.place),
                self.leaves != now.place,
                self.form in (None, now.form),
                not self.saves or now.saves > before.saves,
                not asked or (now.key in asked and now.typed > before.typed),
                not self.any_key or now.typed > before.typed,
            )
        )


STEPS = (
    Step("{next} brings the case that comes next.", place="case"),
    Step(
        "On top: who, what is owed, why this case is next. {call-out} begins a call.",
        form="call",
    ),
    Step(
        "A letter says how it went. n, no answer, saves it; the next case comes by itself.",
        saves=True,
    ),
    Step("{undo}, within half a minute, takes back what you saved last.", asks="undo"),
    Step("{promise} takes a promise from whoever is on the screen.", form="promise"),
    Step("Type 50 and Enter, tue and Enter; {save} saves. Esc would keep it for later.", saves=True),
    Step("{find} finds anybody, by whatever is known of them.", place="find"),
    Step("Type a name, a postcode or a number, and Enter; or Esc to go back.", leaves="find"),
    Step("{help} lists the keys of wherever you are.", place="help"),
    Step("Esc goes back; then {queues} shows the queues.", place="queues"),
    Step("That was the tour. {tour} begins it again, and {quit} leaves the desk.", any_key=True),
)


class Tour:
    """Somebody's way through the steps."""

    def __init__(self, registry: Registry, seen: Seen, steps: tuple[Step, ...] = STEPS) -> None:
        self._registry, self._before, self._steps = registry, seen, steps
        self._at = 0

    @property
    def over(self) -> bool:
        """Whether the last step was done."""
        return self._at >= len(self._steps)

    def look(self, now: Seen) -> bool:
        """See how it is now; whether that was the step, so that another is told."""
        if self.over or not self._steps[self._at].done(self._before, now, self._registry):
            return False
        self._at, self._before = self._at + 1, now
        return True

    def ends_at(self, now: Seen) -> bool:
        """Whether Esc, typed now, ends the tour: where it closes nothing else."""
        return now.form is None and now.place in ("queues", "case")

    def lines(self, width: int) -> tuple[Line, ...]:
        """The step, as it stands on the screen; nothing when the tour is over."""
        if self.over:
            return ()
        last = self._at == len(self._steps) - 1
        place = f" TOUR {self._at + 1} of {len(self._steps)}  "
        told = re.sub(r"{([\w-]+)}", lambda named: self._registry.named(named[1]).key, self._steps[self._at].told)
        parts = wrap(told if last else f"{told} (Esc with no form ends the tour.)", max(20, width - len(place) - 1))
        return tuple(
            line(Said(place if n == 0 else " " * len(place), "muted"), Said(part, "strong"))
            for n, part in enumerate(parts)
        )

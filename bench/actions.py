"""What one action costs before anything is written: `decide` and `apply`, and the whole `commit`.

The yardstick does for the same events what nobody can do without: it writes each as JSON, hashes it with SHA-256, and
copies the case once with pydantic's `model_copy`.

Which ten are the commonest is our own guess at an officer's day: calls, what they bring, and what ends the work on a case.
Below them stand some that are rare and do much at once.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping, Sequence

from bench.office import NOW, Standing, opened, situation
from bench.stopwatch import options, rate, show, side_by_side, times
from casework.actions import parse_action
from casework.commit import commit, decide
from casework.events import Stamp

_PROMISE = '{"kind":"promise","amount_pence":2000,"due":"2026-11-24","method":"card"}'
_RECEIPT = '{"kind":"receipt","amount_pence":%d,"method":"card","received_on":"2026-11-19"}'

COMMONEST: Mapping[str, str] = {
    "call, no answer": '{"kind":"call","direction":"out","outcome":"NO_ANS","number":"07700 900123"}',
    "call with a promise": (
        '{"kind":"call","outcome":"PTP","promise":{"amount_pence":2000,"due":"2026-11-24","method":"card"}}'
    ),
    "note": '{"kind":"note","text":"says that the wages come on Friday, will ring when they are in"}',
    "promise": _PROMISE,
    "receipt": _RECEIPT % 2_000,
    "terms": (
        '{"kind":"terms","amount_pence":6000,"every":"monthly","start":"2026-12-01","reason":"HOURS","consent":true,'
        '"consent_how":"by telephone"}'
    ),
    "details, a number": '{"kind":"details","phone":"07700 900456","verified":true}',
    "wrap up": '{"kind":"wrap-up","outcome":"NO_ANS"}',
    "skip": '{"kind":"skip","reason":"HOURS"}',
    "park": '{"kind":"park","until":"2026-11-26","reason":"waiting for the payslip"}',
}
RARE: Mapping[str, str] = {
    "cancel the promise": '{"kind":"cancel-promise"}',
    "receipt that clears": _RECEIPT % 52_100,
    "marker": '{"kind":"marker","code":"bereavement","reason":"her mother died in May"}',
    "safeguarding": '{"kind":"safeguard","concern":"SELF_HARM","note":"said that it is all too much"}',
}


def measured(name: str, body: str, repeats: int) -> list[str]:
    """One line of the table."""
    standing = _prepared(name)
    case, head, action = standing.case, standing.head, parse_action(body)
    here = situation(NOW, case)
    done = commit(case, action, here, head=head)
    contents = [json.loads(event.body) for event in done.events]

    def decide_and_apply() -> None:
        after = case
        for seq, what in enumerate(decide(case, action, here), case.version + 1):
            after = what.apply(after, Stamp(seq, here.now, here.actor.id))

    def whole() -> None:
        commit(case, action, here, head=head)

    def yardstick() -> None:
        after = case
        for content in contents:
            hashlib.sha256(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
            after = after.model_copy(update={"version": after.version + 1})

    ours, all_of_it, least = side_by_side([decide_and_apply, whole, yardstick], repeats)
    return [name, str(len(contents)), rate(ours), rate(all_of_it), rate(least), times(all_of_it, least)]


def _prepared(name: str) -> Standing:
    """A case on which that may be done."""
    return opened().after(_PROMISE) if name == "cancel the promise" else opened()


def main(words: Sequence[str]) -> None:
    """Print the table."""
    asked = options(__doc__ or "", repeats=15).parse_args(words)
    lines = [measured(name, body, asked.repeats) for name, body in {**COMMONEST, **RARE}.items()]
    heads = ["action", "events", "decide+apply /s", "commit /s", "yardstick /s", "commit in yardsticks"]
    show(
        f"The {len(COMMONEST)} commonest actions, and {len(RARE)} that are rare; medians of {asked.repeats}",
        heads,
        lines,
    )


if __name__ == "__main__":
    main(sys.argv[1:])

"""The desk on an office whose every text is an attack: `python -m tests.e2e.hostile_desk FOLDER`.

What comes from outside is cleaned at the model's edge; here that edge is taken down first, so that what stands is the screen
alone. An office is made in FOLDER with texts in all that staff and importers may write, and Lou's desk opened on it.
"""

from __future__ import annotations

import asyncio
import json
import re
import signal
import sys
from datetime import time, timedelta
from pathlib import Path
from typing import Any

from tui.environment import forget_textual_environment

forget_textual_environment()

from casework import clean  # noqa: E402

NASTY = "\x1b]0;own\x07\x1b[2J\x9b31m\u202eM[@click=app.exit]X[/][/no]"
"""A title, a cleared screen, a colour, a reversal, a click that ends the desk, and markup that is none."""


def take_down_the_edge() -> None:
    """From now on texts are taken as they come."""
    clean._UNSAFE = re.compile("(?!)")
    clean._lower_towers = lambda text: text


async def make(folder: Path) -> None:
    """Two cases full of it, on one of which somebody else works, and a colleague who is away with work of their own."""
    from api_client.local_desk import LocalDesk
    from casework.accounts import CaseId
    from casework.actions import parse_action
    from casework.refusals import DeskError
    from casework.staff import Shift, Staff
    from casework.views import Draft
    from tests.contract.conftest import THURSDAY, LocalOffice, account, someone

    office = LocalOffice(folder)
    person = {
        "name": {"surname": NASTY, "forenames": NASTY},
        "aliases": [{"surname": NASTY}],
        "phones": ["07700 900123"],
        "addresses": [{"lines": [NASTY, NASTY], "postcode": "DY10 2AB"}],
        "employer": {"name": NASTY, "reference": NASTY[:60]},
        "interpreter": NASTY,
        "representative": {"kind": "adviser", "name": NASTY, "organisation": NASTY},
    }
    markers = [{"code": "bereavement", "advice": NASTY}]
    told = {"person": person, "markers": markers, "reference": NASTY}
    office.add(*(account(n, **told) for n in (1, 2, 3)), account(4, **told, collection_order=False))
    lou = someone("lou", "officer", name=NASTY).model_copy(
        update={"roles": ("team-leader", "fines-officer", "officer")}
    )
    out = someone("ben", "officer", name=NASTY, pattern=[Shift(day="mon", starts=time(9), ends=time(17))])
    with office.store.transaction():
        for member in (lou, out):
            office.store.put_staff(Staff.model_validate(member.model_dump()))
    one, two, three, four = (account(n).id for n in (1, 2, 3, 4))
    here, there = office.desk("lou"), office.desk("ben")
    today = THURSDAY.date().isoformat()
    later = (THURSDAY.date() + timedelta(5)).isoformat()
    await there.claim(two)
    await here.claim(one)
    ringing = (await here.claim(four, interrupt=True)).claim
    acts: list[tuple[CaseId, LocalDesk, dict[str, Any]]] = [
        (one, here, {"kind": "note", "text": f"{NASTY}\n{NASTY * 10}"}),
        (one, here, {"kind": "call", "outcome": "SPOKE", "note": NASTY, "finish": False}),
        (one, here, {"kind": "contact", "channel": "email", "outcome": "WROTE", "note": NASTY}),
        (
            one,
            office.desk("ann"),
            {"kind": "receipt", "amount_pence": 100, "method": "cheque", "received_on": today, "reference": NASTY},
        ),
        (one, here, {"kind": "reverse", "receipt": "", "reason": "DISHCQ", "note": NASTY}),
        (one, here, {"kind": "marker", "code": "dog", "reason": NASTY, "advice": NASTY}),
        (one, here, {"kind": "means", "income_pence": 90_000, "period": "monthly", "note": NASTY}),
        (one, here, {"kind": "safeguard", "concern": "SELF_HARM", "note": NASTY, "hold": False}),
        (one, here, {"kind": "stop", "code": "HOLD", "reason": NASTY}),
        (one, here, {"kind": "trace", "purpose": "address", "source": "CRA", "reason": NASTY}),
        (two, there, {"kind": "handover", "text": NASTY, "to": "lou"}),
        (one, here, {"kind": "promise", "amount_pence": 500, "due": today, "method": "card"}),
        (
            four,
            here,
            {
                "kind": "request-terms",
                "amount_pence": 200,
                "every": "weekly",
                "start": later,
                "reason": "JOB",
                "note": NASTY,
            },
        ),
    ]
    for n, (case, desk, content) in enumerate(acts):
        if content["kind"] == "reverse":
            content["receipt"] = office.peek("lou", one).case.receipts[-1].id
        try:
            await desk.act(case, parse_action(json.dumps(content)), key=f"k{n}")
        except DeskError as fault:
            raise SystemExit(f"{content['kind']}: {fault!r} {getattr(fault, 'reasons', '')}") from fault
    await here.release(ringing)
    await there.claim(three)
    await there.act(three, parse_action(json.dumps({"kind": "park", "until": later, "reason": "payslip"})), key="park")
    await here.save_draft(
        Draft(case=one, kind="promise", typed={"amount_pence": NASTY}, key="d", seen_version=1, at=THURSDAY)
    )
    office.store.close()


def main() -> int:
    """Make it, and open it."""
    from api_client.local_desk import LocalDesk
    from api_client.local_store import LocalStore
    from api_client.tables import packaged_tables
    from casework.actions import parse_action
    from tests.contract.conftest import account
    from tests.e2e.terminal import ROOT
    from tui.app import GreenwaxDesk

    take_down_the_edge()
    folder, tasks = Path(sys.argv[1]), list[asyncio.Task[Any]]()
    asyncio.run(make(folder))
    store = LocalStore(folder, packaged_tables())
    desk = LocalDesk(store, "lou")
    me = asyncio.run(desk.sign_in())

    def colleague() -> None:
        """Somebody else changes the case in hand, while a form stands open on it."""
        told = {"kind": "details", "interpreter": f"{NASTY} again", "source": "payer"}
        changed = LocalDesk(store, "ann").act(account(1).id, parse_action(json.dumps(told)), key="theirs")
        tasks.append(asyncio.get_running_loop().create_task(changed))

    class Desk(GreenwaxDesk):
        CSS_PATH = str(ROOT / "tui" / "greenwax.tcss")

        async def on_mount(self) -> None:
            """Textual calls the application's own as well."""
            asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, colleague)

    app = Desk(desk, me, look="dark", keep_pulling=True, log_path=folder / "crash.log", welcome=NASTY)
    app.run(mouse=False)
    store.close()
    return app.return_code or 0


if __name__ == "__main__":
    sys.exit(main())

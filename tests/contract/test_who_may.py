"""Who may do what: every role at every action, every method of a desk, and the files and the care of a store.

The tables are written by hand from what each role is for, and not read from the table of roles: a row changed there is an
argument to be had here. Seen red with each of these: a permission given to one role more, and taken from one, in the table of
roles; `search` and `preview` without their permission; the unit not looked at, and the exclusions; an import by a manager;
restricted texts for all; `export` without a permission.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, get_args

import pytest

from api_client.accounts_file import import_accounts
from api_client.desk import Desk
from api_client.export_file import export_cases
from api_client.local_desk import LocalDesk
from api_client.local_store import LocalStore
from api_client.tables import packaged_tables
from casework.accounts import CaseId
from casework.actions import ACTIONS, parse_action
from casework.commit import open_case
from casework.refusals import DeskError, Forbidden, NotFound
from casework.roles import Role
from casework.situation import Facts, Situation
from casework.staff import Staff
from casework.views import Draft
from greenwax.cli import main
from tests.contract.conftest import THURSDAY, LocalOffice, account

OFFICER, FINES, CASH, CONFISCATION = "officer", "fines-officer", "cash-officer", "confiscation-officer"
LEADER, MANAGER, ADMINISTRATOR, AUDITOR = "team-leader", "manager", "administrator", "auditor"
ROLES: tuple[Role, ...] = get_args(Role)

COLLECT = {OFFICER, FINES, CONFISCATION, LEADER}
"""Those who speak to payers and work cases to their end."""
SEE = {*COLLECT, CASH, MANAGER, AUDITOR}
"""Whoever has to do with a case. An administrator keeps the store and opens no case."""
WHY = {FINES, LEADER, MANAGER, AUDITOR}
"""Who decides, answers for it or looks into it, and so may know why somebody is marked."""

PROMISE = {"amount_pence": 2_000, "due": "2026-11-25", "method": "card"}
TERMS = {"amount_pence": 1_000, "every": "weekly", "start": "2026-11-26", "reason": "JOB"}

MAY_ACT: dict[str, tuple[str, dict[str, Any], set[str]]] = {
    "note": ("note", {"text": "x"}, SEE - {AUDITOR}),
    "call": ("call", {"outcome": "NO_ANS"}, COLLECT),
    "contact": ("call", {"channel": "letter", "outcome": "SENT"}, COLLECT),
    "promise": ("promise", PROMISE, COLLECT),
    "cancel-promise": ("promise", {}, COLLECT),
    "receipt": ("receipt", {"amount_pence": 1, "method": "card", "received_on": "2026-11-19"}, COLLECT | {CASH}),
    "reverse": ("reverse", {"receipt": "2.1", "reason": "REVPAY"}, {CASH, LEADER, MANAGER}),
    "wrap-up": ("work", {"outcome": "NO_ANS"}, COLLECT),
    "skip": ("work", {"reason": "KNOWN"}, COLLECT),
    "park": ("work", {"until": "2026-11-20", "reason": "OTHER"}, COLLECT),
    "terms": ("terms", TERMS, COLLECT),
    "request-terms": ("terms", {**TERMS, "consent": True}, COLLECT),
    "refuse-terms": ("decide", {"reason": "MEANS"}, {FINES}),
    "court-terms": ("decide", {"ordered_on": "2026-11-18", "by": "2026-12-18"}, {FINES}),
    "means": ("terms", {"income_pence": 90_000}, COLLECT),
    "payment-card": ("terms", {}, COLLECT),
    "details": ("details", {"phone": "07700 900456"}, COLLECT),
    "marker": ("marker", {"code": "dog", "reason": "a mastiff"}, COLLECT),
    "end-marker": ("marker", {"marker": "2", "reason": "x"}, COLLECT),
    "safeguard": ("safeguard", {"concern": "HARM"}, SEE - {AUDITOR}),
    "stop": ("stop", {"code": "HOLD", "reason": "x"}, COLLECT | {MANAGER}),
    "lift": ("stop", {"stop": "HOLD", "reason": "x"}, COLLECT | {MANAGER}),
    "trace": ("trace", {"source": "OWN", "purpose": "address"}, COLLECT),
    "trace-result": ("trace", {"outcome": "NEG"}, COLLECT),
    "handover": ("work", {"text": "x"}, COLLECT),
    "acknowledge": ("acknowledge", {}, COLLECT | {"manager"}),
    "undo": ("note", {}, SEE - {AUDITOR}),
}
"""The permission that is missed, one filled in, and who may."""

NAMED = {"trace-dwp": "DWP", "trace-hmrc": "HMRC", "trace-police": "POLICE"}
"""Looked into by their named users alone, whatever the role."""

MINE, HERS, SHUT = account(1).id, CaseId("L01-26000001D"), account(2).id
"""A case of this unit; one of another; and one that I have said is closed to me."""

Asks = Callable[[Desk, CaseId], Awaitable[object]]


def _draft(case_id: CaseId) -> Draft:
    return Draft(case=case_id, kind="note", typed={"text": "x"}, key="d", seen_version=1, at=THURSDAY)


async def _back(desk: Desk, case_id: CaseId, what: str) -> object:
    """Kept alive, or given back, what was claimed for it."""
    claim = (await desk.claim(case_id, interrupt=True)).claim
    return await getattr(desk, what)(claim)


OF_A_CASE: dict[str, tuple[str, Asks, set[str]]] = {
    "case": ("view", lambda desk, case_id: desk.case(case_id), SEE),
    "timeline": ("view", lambda desk, case_id: desk.timeline(case_id), SEE),
    "as_of": ("view", lambda desk, case_id: desk.as_of(case_id, 1), SEE),
    "save_draft": ("view", lambda desk, case_id: desk.save_draft(_draft(case_id)), SEE),
    "claim": ("work", lambda desk, case_id: desk.claim(case_id, interrupt=True), COLLECT),
    "renew": ("work", lambda desk, case_id: _back(desk, case_id, "renew"), COLLECT),
    "release": ("work", lambda desk, case_id: _back(desk, case_id, "release"), COLLECT),
}
"""What a desk is asked of one case."""

OF_NONE: dict[str, tuple[str, Callable[[Desk], Awaitable[object]], set[str]]] = {
    "search": ("search", lambda desk: desk.search("payer"), SEE),
    "recent": ("view", lambda desk: desk.recent(), SEE),
    "my_work": ("view", lambda desk: desk.my_work(), SEE),
    "pull_next": ("work", lambda desk: desk.pull_next(), COLLECT),
    "away_work": ("lead", lambda desk: desk.away_work(), {LEADER, MANAGER}),
    "sign_in": ("", lambda desk: desk.sign_in(), set(ROLES)),
    "queues": ("", lambda desk: desk.queues(), set(ROLES)),
    "handovers": ("", lambda desk: desk.handovers(), set(ROLES)),
    "my_day": ("", lambda desk: desk.my_day(), set(ROLES)),
    "my_claims": ("", lambda desk: desk.my_claims(), set(ROLES)),
    "account": ("", lambda desk: desk.account("26000001D"), set(ROLES)),
    "drafts": ("", lambda desk: desk.drafts(), set(ROLES)),
    "warm": ("", lambda desk: desk.warm(), set(ROLES)),
    "drop_draft": ("", lambda desk: desk.drop_draft(MINE, "note"), set(ROLES)),
    "tick": ("", lambda desk: desk.tick(), set(ROLES)),
}
"""And of none, or of what is one's own: nobody is refused their own desk, which is empty where nothing is for them."""

QUEUES = {OFFICER, FINES, LEADER}
"""Who has queues at all. Confiscation has none yet."""


def staff() -> list[Staff]:
    """One of each role, at K01, to whom the second case is closed."""
    made = [Staff(id=role, name=role, roles=(role,), units=("K01",), exclusions=(SHUT,)) for role in ROLES]
    return [*made, Staff(id="liz", name="Liz", roles=("fines-officer",), units=("L01",))]


def fill(store: LocalStore) -> None:
    """The three cases, of which the two of K01 are marked, with why."""
    for member in staff():
        store.put_staff(member)
    marked = [{"code": "mental-health", "reason": "treated for depression"}]
    for n, one in enumerate((account(1, markers=marked), account(1, unit="L01"), account(2, markers=marked))):
        here = Situation(THURSDAY, staff()[0], store.reference, Facts(salt=f"{n:032x}"))
        store.write(open_case(one, here), None)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalOffice]:
    """All of them work on one store."""
    made = LocalOffice(tmp_path_factory.mktemp("who") / "store")
    fill(made.store)
    yield made
    made.store.close()


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStore]:
    """The same as a store of real accounts."""
    store = LocalStore(tmp_path_factory.mktemp("real") / "store", packaged_tables())
    store.begin("real", [])
    fill(store)
    yield store
    store.close()


async def refused_for(asked: Awaitable[object]) -> list[str] | None:
    """The codes and words of those reasons for which this person may not; None when they may, whatever a rule says of it."""
    try:
        await asked
    except (Forbidden, NotFound) as fault:
        return [fault.type, *(f"{one.code} {one.message}" for one in fault.reasons)]
    except DeskError:
        return None
    return None


def lacks(permission: str) -> list[str]:
    """The answer to whoever has not this permission."""
    return ["forbidden", f"permission This needs the permission “{permission}”, which your role does not have."]


def not_there(case_id: CaseId) -> list[str]:
    """The answer to whoever names a case of another unit."""
    return ["not-found", f"no-case there is no case {case_id} in your units"]


def is_closed(answer: list[str] | None) -> bool:
    """Whether it is refused for being closed to this person, and for nothing besides."""
    return answer is not None and answer[0] == "forbidden" and len(answer) == 2 and answer[1].startswith("excluded ")


def test_nothing_that_can_be_done_is_left_out_of_these_tables() -> None:
    """Nor is there a word in them that is none."""
    methods = {name for name in vars(Desk) if not name.startswith("_")} - {"tables", "me", "practice", "now", "close"}
    assert methods == {*OF_A_CASE, *OF_NONE, "act", "preview"}
    assert MAY_ACT.keys() == ACTIONS.keys()
    assert {*COLLECT, *SEE, ADMINISTRATOR} == {*ROLES}


# A case


@pytest.mark.parametrize("kind", MAY_ACT)
@pytest.mark.parametrize("role", ROLES)
async def test_an_action_is_for_those_whose_work_it_is(office: LocalOffice, role: Role, kind: str) -> None:
    """Done or tried out. What a rule then says of it is no question of who asks."""
    permission, answers, may = MAY_ACT[kind]
    desk, action = office.desk(role), parse_action(json.dumps({"kind": kind, **answers}))
    asked = [
        desk.preview(MINE, action),
        desk.act(MINE, action, key=f"{role}-{kind}"),
    ]
    assert [await refused_for(one) for one in asked] == [None if role in may else lacks(permission)] * 2


@pytest.mark.parametrize("kind", MAY_ACT)
@pytest.mark.parametrize("role", ROLES)
async def test_no_action_reaches_a_case_that_is_not_mine_to_open(office: LocalOffice, role: Role, kind: str) -> None:
    """Of another unit it is not there, for whoever may do it and whoever may not; one that is closed to me says so."""
    desk, action = office.desk(role), parse_action(json.dumps({"kind": kind, **MAY_ACT[kind][1]}))
    before = [office.store.load(one).case for one in (HERS, SHUT)]
    for ask in (desk.preview, lambda case_id, what: desk.act(case_id, what, key=f"{role}-{kind}-not")):
        assert await refused_for(ask(HERS, action)) == not_there(HERS)
        assert is_closed(await refused_for(ask(SHUT, action)))
    assert [office.store.load(one).case for one in (HERS, SHUT)] == before


@pytest.mark.parametrize("permission", NAMED)
@pytest.mark.parametrize("role", ROLES)
async def test_no_role_looks_into_the_records_of_others(office: LocalOffice, role: Role, permission: str) -> None:
    """Its named users do, who must be such as trace at all."""
    given = {
        "kind": "trace",
        "source": NAMED[permission],
        "purpose": "address",
        "reason": "his mother said Kidderminster",
    }
    action = parse_action(json.dumps(given))
    refused = await refused_for(office.desk(role).preview(MINE, action))
    missed = [*([] if role in COLLECT else ["trace"]), permission]
    assert refused is not None and [one in reason for one, reason in zip(missed, refused[1:], strict=True)]
    desk = office.desk(role)
    desk.me = desk.me.model_copy(update={"allowed": (permission,)})
    assert await refused_for(desk.preview(MINE, action)) == (None if role in COLLECT else lacks("trace"))


@pytest.mark.parametrize("role", ROLES)
async def test_a_call_asks_for_what_it_brings(office: LocalOffice, role: Role) -> None:
    """Whoever lacks all of it hears of all of it."""
    brings = {"outcome": "PTP", "promise": PROMISE, "terms": TERMS}
    refused = await refused_for(office.desk(role).preview(MINE, parse_action(json.dumps({"kind": "call", **brings}))))
    assert refused == (
        None if role in COLLECT else ["forbidden", *(lacks(one)[1] for one in ("call", "promise", "terms"))]
    )


@pytest.mark.parametrize("method", OF_A_CASE)
@pytest.mark.parametrize("role", ROLES)
async def test_a_case_is_opened_by_those_who_have_to_do_with_it(office: LocalOffice, role: Role, method: str) -> None:
    permission, ask, may = OF_A_CASE[method]
    desk = office.desk(role)
    answer = await refused_for(ask(desk, MINE))
    for held in await desk.my_claims():
        await desk.release(held)
    assert answer == (None if role in may else lacks(permission))
    assert await refused_for(ask(desk, HERS)) == not_there(HERS)
    assert is_closed(await refused_for(ask(desk, SHUT)))


@pytest.mark.parametrize("role", ROLES)
async def test_why_somebody_is_marked_is_for_those_who_decide(office: LocalOffice, role: Role) -> None:
    if role in SEE:
        shown = (await office.desk(role).case(MINE)).restricted
        assert ("treated for depression" in shown.values()) is (role in WHY)


# The desk


@pytest.mark.parametrize("method", OF_NONE)
@pytest.mark.parametrize("role", ROLES)
async def test_the_desk_answers_each_role(office: LocalOffice, role: Role, method: str) -> None:
    permission, ask, may = OF_NONE[method]
    desk = office.desk(role)
    answer = await refused_for(ask(desk))
    for held in await desk.my_claims():
        await desk.release(held)
    assert answer == (None if role in may else lacks(permission))


@pytest.mark.parametrize("role", ROLES)
async def test_a_desk_shows_no_case_that_is_not_mine_to_open(office: LocalOffice, role: Role) -> None:
    """Not in a search, by name or whole number, nor when the next case is pulled; a number alone is of my own unit."""
    desk = office.desk(role)
    if role in SEE:
        for text in ("payer", HERS, SHUT, "26000002W"):
            assert {one.case for one in await desk.search(text)} <= {MINE}
        assert {one.case for one in await desk.search("payer")} == {MINE}
    if role in COLLECT:
        claimed = await desk.pull_next()
        assert claimed is None or claimed.view.case.id == MINE
        for held in await desk.my_claims():
            await desk.release(held)
    assert await desk.account("26000001D") == MINE
    assert ({one.queue for one in await desk.queues()} != set()) is (role in QUEUES)


# Files


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv"])
@pytest.mark.parametrize("role", ROLES)
def test_cases_leave_by_those_who_answer_for_them(real: LocalStore, tmp_path: Path, role: Role, name: str) -> None:
    """A manager, and an administrator without why anybody is marked; of their own unit, but for what is closed to them."""
    me, file = LocalDesk(real, role).me, tmp_path / name
    if role not in (MANAGER, ADMINISTRATOR):
        for only in (None, MINE):
            with pytest.raises(Forbidden, match="“export”"):
                export_cases(real, me, file, only=only)
    else:
        done = export_cases(real, me, file)
        assert (done.cases, done.closed) == (1, 1)
        assert MINE.split("-")[1] in file.read_text() and SHUT.split("-")[1] not in file.read_text()
        assert ("treated for depression" in file.read_text()) is (role == MANAGER)
        assert export_cases(real, me, tmp_path / f"one-{name}", only=MINE).cases == 1
    with pytest.raises(NotFound, match="in your units"):
        export_cases(real, me, tmp_path / f"two-{name}", only=HERS)
    with pytest.raises(Forbidden, match="closed to you"):
        export_cases(real, me, tmp_path / f"three-{name}", only=SHUT)
    assert len(list(tmp_path.iterdir())) == (2 if role in (MANAGER, ADMINISTRATOR) else 0)


@pytest.mark.parametrize("dry_run", [True, False])
@pytest.mark.parametrize("role", ROLES)
def test_cases_come_in_by_an_administrator(real: LocalStore, tmp_path: Path, role: Role, dry_run: bool) -> None:
    """Into their own unit, or one that has none yet. Only looking whether they would is no less."""
    me, theirs, ours = LocalDesk(real, role).me, tmp_path / "theirs.jsonl", tmp_path / "ours.jsonl"
    ours.write_text(account(10 + dry_run).model_dump_json(exclude_defaults=True))
    theirs.write_text(account(12, unit="L01").model_dump_json(exclude_defaults=True))
    for file, word in ((ours, "“import”"), (theirs, "“import”" if role != ADMINISTRATOR else "not one of your units")):
        if role == ADMINISTRATOR and file == ours:
            assert import_accounts(real, me, file, dry_run=dry_run).added == 1
        else:
            with pytest.raises(Forbidden, match=word):
                import_accounts(real, me, file, dry_run=dry_run)
    assert real.staff.raw(role)["staff"]["units"] == ["K01"]  # type: ignore[index]


# The care of the store


@pytest.mark.parametrize("role", [*ROLES, "stranger"])
def test_whoever_works_here_may_look_after_the_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], role: str
) -> None:
    """Any role: it is their machine, and their folder. A stranger makes no backup and compacts nothing; to check it tells
    nobody anything of anybody, and to restore one needs the file alone."""
    for name in ("DATA", "CONFIG", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    made = LocalOffice(tmp_path / "store")
    with closing(made.store):
        fill(made.store)

    def says(*words: object, store: str = "store") -> int:
        code = main(["store", *map(str, words), "--store", str(tmp_path / store), "--as", role, "--json"])
        capsys.readouterr()
        return code

    unknown = 0 if role != "stranger" else 3
    assert says("check") == 0
    assert says("compact") == unknown
    assert says("backup", tmp_path / "a.backup") == unknown
    assert (tmp_path / "a.backup").exists() is (role != "stranger")
    if role != "stranger":
        assert says("restore", tmp_path / "a.backup", store="new") == 0

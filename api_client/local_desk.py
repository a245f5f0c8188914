"""The desk on a local store: one person at one machine."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from api_client.local_claims import ClaimBook
from api_client.local_search import summary
from api_client.local_store import LocalStore, Stored
from api_client.local_undo import LocalUndo
from api_client.local_work import LocalWork
from casework.accounts import CaseId, parse_account
from casework.accounts import case_id as case_id_of
from casework.actions.calendar import RunCalendar, due
from casework.actions.declare import Action
from casework.actions.undo import Undo
from casework.case import Case
from casework.claims import Claim, Slot, needed, own, taken
from casework.clean import Line
from casework.commit import Commit, commit
from casework.contact_policy import judge
from casework.dates import LONDON, london_date
from casework.events import Contacted, Safeguarded, TaskEnded
from casework.history import KEY, Event, taken_receipt
from casework.my_work import MyTask
from casework.offers import offers
from casework.queues import why
from casework.reference import Tables
from casework.refusals import (
    Ambiguous,
    Busy,
    Forbidden,
    NotFound,
    NotSignedIn,
    Refused,
    Stale,
)
from casework.search_text import kinds, readings
from casework.situation import Facts, Situation, TakenReceipt
from casework.staff import Staff, may
from casework.standing import behind, new_schedule, next_due
from casework.stops import stops
from casework.tallies import Tally
from casework.timeline import About, is_about
from casework.undoing import Held, Kept
from casework.views import (
    AwayTask,
    CaseSummary,
    CaseView,
    Claimed,
    Done,
    Draft,
    Entry,
    Happened,
    Page,
    Preview,
    QueueSummary,
    ToAcknowledge,
    differences,
    shown,
)

KEYS_KEPT = timedelta(days=7)
TALLIES_KEPT = timedelta(days=31)
PAGE = 100
RECENT = 10


class LocalDesk:
    """The desk of `person` on an open store.

    Raises:
        NotSignedIn: the store does not know this person.
    """

    def __init__(self, store: LocalStore, person: str) -> None:
        self.store = store
        self._claims = ClaimBook(store)
        self._undo = LocalUndo(store, self._claims)
        known = store.staff.raw(person)
        if known is None:
            raise NotSignedIn.because("unknown-person", f"this store knows nobody called {person}")
        self.me = Staff.model_validate(known["staff"])

    @property
    def tables(self) -> Tables:
        """The tables in force."""
        return self.store.reference

    @property
    def practice(self) -> bool:
        """Whether this is a practice office."""
        return self.store.kind == "practice"

    @property
    def _work(self) -> LocalWork:
        """What there is to do for me, as I am now."""
        return LocalWork(self.store, self._claims, self.me)

    def now(self) -> datetime:
        """The time of the store."""
        return self.store.now()

    async def sign_in(self) -> Staff:
        """Who I am; runs the calendar on the day's first use."""
        today = self._situation().today.isoformat()
        if (self.store.meta.raw("ticked") or {}).get("on", "") < today:
            await self.tick()
        return self.me

    # Queues and claims

    async def queues(self) -> list[QueueSummary]:
        """My queues with what waits in them; none for somebody who works none."""
        return self._work.summaries()

    async def away_work(self) -> list[AwayTask]:
        """What waits for people of my units who are away today, the soonest due first."""
        self._permit(None, "lead")
        return self._work.of_the_away()

    async def handovers(self) -> list[ToAcknowledge]:
        """What was handed over to me or my post, or to nobody who acknowledged it in time, the oldest first."""
        return self._work.handovers()

    async def my_day(self) -> Tally:
        """What I have done today."""
        return self.store.tally(self.me.id, london_date(self.now()))

    async def my_work(self) -> list[MyTask]:
        """What I have to do today besides what my queues bring."""
        self._permit(None, "view")
        found = self._work.mine()
        self.store.looked(self.me.id, "my-work", found=len(found))
        return found

    async def pull_next(self, queue: str | None = None) -> Claimed | None:
        """The right next case, claimed."""
        self._permit(None, "work")
        mine = self._work.my_queues()
        if queue is not None and queue not in mine:
            raise NotFound.because("no-queue", f"you have no queue {queue}; yours are {', '.join(mine)}")
        if (current := self._claims.in_slot(self.me.id, "work")) is not None:
            after = self._after_calendar(self.store.load(current.case))
            if current.task is None or after.case.task(current.task) is not None:
                return self._claimed(current.case, "work", current.task)
            await self.release(current)
        while (row := self._work.next_row(mine, queue)) is not None:
            stored = self._after_calendar(self.store.load(row.case))
            if stored.case.task(row.task) is not None:
                return self._claimed(row.case, "work", row.task)
        return None

    async def claim(self, case_id: CaseId, *, interrupt: bool = False) -> Claimed:
        """This case, claimed."""
        self._permit(case_id, "work")
        slot: Slot = "call" if interrupt else "work"
        held = self._claims.on(case_id)
        if held is not None and held.officer != self.me.id:
            raise taken(held)
        if held is not None:
            return self._claimed(case_id, held.slot, held.task)
        if (other := self._claims.in_slot(self.me.id, slot)) is not None:
            raise Busy.because("busy", f"you are working {other.case}: wrap it up, park it or give it back first")
        self._after_calendar(self.store.load(case_id))
        first = self._work.first_of(case_id)
        return self._claimed(case_id, slot, first.task if first else None)

    async def renew(self, claim: Claim) -> Claim:
        """The claim for another lease; the work claim is kept alive beside a call."""
        held = own(claim.case, self._claims.on(claim.case), self.me, claim.token)
        with self.store.transaction():
            longer = {one.case: self._claims.prolong(one) for one in self._claims.of(self.me.id)}
        return longer[held.case]

    async def release(self, claim: Claim) -> None:
        """The case, given back untouched."""
        own(claim.case, self._claims.on(claim.case), self.me, claim.token)
        with self.store.transaction():
            self._claims.drop(claim.case)

    async def my_claims(self) -> list[Claim]:
        """The cases I hold."""
        return self._claims.of(self.me.id)

    # The case

    async def account(self, text: str) -> CaseId:
        """The case that an account number means."""
        try:
            unit, number = parse_account(text)
        except ValueError as fault:
            raise NotFound.because("no-case", str(fault), field="account") from None
        if unit is not None:
            return case_id_of(unit, number)
        units = [one for one in sorted(self.me.units) if self.store.cases.packed(case_id_of(one, number)) is not None]
        if len(units) > 1:
            message = f"{number} is in {', '.join(units)}: write {units[0]}-{number}"
            raise Ambiguous.because("ambiguous", message, field="account")
        if not units:
            raise NotFound.because("no-case", f"there is no account {number} in your units", field="account")
        return case_id_of(units[0], number)

    async def case(self, case_id: CaseId) -> CaseView:
        """The case, with what the calendar asks of it today."""
        self._permit(case_id, "view")
        case = self._after_calendar(self.store.load(case_id)).case
        self.store.looked(self.me.id, "case", **shown(case))
        return self._view(case)

    async def as_of(self, case_id: CaseId, version: int) -> Case:
        """The case as it was at that version."""
        self._permit(case_id, "view")
        newest = self.store.load(case_id).case
        if not 1 <= version <= newest.version:
            message = f"there is no version {version} of this case; the newest is {newest.version}"
            raise Refused.because("no-version", message, field="version")
        case = self.store.as_of(case_id, version)
        self.store.looked(self.me.id, "case", version=version, **shown(case))
        return case

    async def timeline(
        self, case_id: CaseId, *, before: int | None = None, find: str | None = None, about: About | None = None
    ) -> Page:
        """The history of the case, newest page first."""
        self._permit(case_id, "view")
        self.store.looked(self.me.id, "timeline", **shown(self.store.load(case_id).case))
        knows = not may(self.me, "restricted", case_id, self.tables.grants(london_date(self.now())))
        wanted = find.casefold() if find else ""
        entries: list[Entry] = []
        undone: set[int] = set()
        for event in self.store.events_back(self.store.load(case_id).at):
            undone.update(event.what.undoes())
            if before is not None and event.seq >= before:
                continue
            if len(entries) == PAGE:
                return Page(entries=tuple(entries[::-1]), before=entries[-1].seq)
            if about is not None and not is_about(event.what, about):
                continue
            entry = self._entry(event, knows, undone=event.seq in undone)
            if wanted in f"{entry.kind} {entry.summary} {entry.actor}".casefold():
                entries.append(entry)
        return Page(entries=tuple(entries[::-1]))

    async def act(
        self,
        case_id: CaseId,
        action: Action,
        *,
        key: str,
        claim: int | None = None,
        seen_version: int | None = None,
        said: str | None = None,
    ) -> Done:
        """The action, carried out and on disk."""
        self._permit(case_id, *action.permissions(self._situation()))
        if not KEY.fullmatch(key):
            raise Refused.because(
                "invalid", "a key is 1 to 128 letters, digits, dots, colons, dashes or underscores", field="key"
            )
        digest = self.store.fingerprint(f"{case_id} {said or action.model_dump_json()}")
        if (earlier := self._earlier(key, digest)) is not None:
            return earlier
        stored = self._after_calendar(self.store.load(case_id))
        if seen_version is not None and not 1 <= seen_version <= stored.case.version:
            message = f"there is no version {seen_version} of this case; the newest is {stored.case.version}"
            raise Refused.because("no-version", message, field="seen_version")
        held = needed(case_id, self._claims.on(case_id), self.me, claim, needs=action.needs_claim())
        situation = self._situation(action, case_id)
        self._permit(case_id, *action.permissions(situation))
        done = self._committed(stored, action, situation, key, seen_version)
        if done.looked_up:
            self.store.looked(self.me.id, action.named(), case=case_id, **done.looked_up)

        me = self.me
        if done.closes_to_actor:
            me = me.model_copy(update={"exclusions": (*me.exclusions, case_id)})

        def also(at: int) -> None:
            if held is None:
                self.store.looks(self.me.id, "case", **shown(done.case))
            undone = situation.facts.last_act if isinstance(action, Undo) else None
            mine = held if undone is None else self._undo.put_back(self.me, case_id, undone, held)
            kept = Kept(
                title=Line(action.title),
                undoable=done.undoable,
                permissions=action.permissions(situation),
                counted=self._counted(done, held) if undone is None else Tally(),
                held=Held(slot=held.slot, task=held.task) if held else None,
            )
            self._keep_key(key, digest, case_id, done, at, kept)
            draft = self._draft_id(case_id, action.named())
            if done.restricted and self.store.drafts.raw(draft) is not None:
                self.store.drafts.remove(doc_ids=[draft])  # what was typed of it does not outlive the form
            if me is not self.me:
                self.store.put_staff(me)
            if done.ends_claim or (mine is not None and mine.task and done.case.task(mine.task) is None):
                self._claims.drop(case_id)
            elif mine is not None:
                self._claims.prolong(mine)

        now_stored = self.store.write(done, stored, also)
        self.me = me
        return Done(version=done.case.version, events=_happened(done.events), view=self._view(now_stored.case))

    async def preview(self, case_id: CaseId, action: Action) -> Preview:
        """What would happen."""
        self._permit(case_id, *action.permissions(self._situation()))
        stored = self.store.load(case_id)
        case, head, situation = stored.case, stored.head, self._situation(action, case_id)
        self._permit(case_id, *action.permissions(situation))
        if due(case, situation):
            first = commit(case, RunCalendar(), situation, head=head)
            case, head = first.case, first.head
        try:
            done = commit(case, action, situation, head=head)
        except Refused as fault:
            return Preview(events=(), balance_pence=case.balance_pence, refusals=fault.reasons)
        return Preview(
            events=_happened(done.events),
            balance_pence=done.case.balance_pence,
            schedule=new_schedule(case, done.case),
        )

    async def search(self, text: str) -> list[CaseSummary]:
        """The cases that fit, the best first, at most fifty. Logged without what was typed."""
        self._permit(None, "search")
        today = london_date(self.now())
        asked = readings(text, today)
        closed = {code for code, state in self.tables.account_states(today).items() if state.closed}
        units, excluded = set(self.me.units), set(self.me.exclusions)

        def may_see(case_id: str) -> bool:
            return case_id.split("-")[0] in units and case_id not in excluded

        hits = self.store.found.find(asked, may_see, closed)
        found = [self._summary(CaseId(hit.case), hit.why, sure=hit.sure) for hit in hits]
        self.store.looked(self.me.id, "search", kinds=kinds(asked), found=len(found))
        return found

    async def recent(self) -> list[CaseSummary]:
        """The last ten cases that I opened today, as the access log has them."""
        self._permit(None, "view")
        today, opened = london_date(self.now()), dict[CaseId, datetime]()
        for look in self.store.looks_back():
            at = datetime.fromisoformat(look["at"])
            if london_date(at) < today or len(opened) == RECENT:
                break
            if (look["person"], look["what"]) == (self.me.id, "case") and self._work.open_to_me(look["case"]):
                opened.setdefault(look["case"], at)
        found = [self._summary(one, f"opened at {at.astimezone(LONDON):%H:%M}") for one, at in opened.items()]
        self.store.looked(self.me.id, "recent", found=len(found))
        return found

    def _summary(self, case_id: CaseId, why: str, *, sure: bool = False) -> CaseSummary:
        """What a list of cases shows of one."""
        record = self.store.cases.raw(case_id)
        assert record is not None, "what is found is stored"
        status = record["case"]["status"]
        states = self.tables.account_states(london_date(self.now()))
        return summary(case_id, record, states[status].title if status in states else status, why, sure=sure)

    async def warm(self) -> bool:
        """One part more of what the first case and the first search would have to wait for; whether all is there now."""
        return next(self._parts, True)

    @cached_property
    def _parts(self) -> Iterator[bool]:
        """Judging any case builds the models and reads the tables that every case needs; nobody is shown it."""
        if (row := next(self.store.queues.all_rows(), None)) is not None:
            case, situation = self.store.load(row.case).case, self._situation()
            yield False
            judge(case, situation)
            yield False
            offers(case, situation, None)
            yield False
        while not self.store.found.warm():
            yield False

    # Drafts

    async def save_draft(self, draft: Draft) -> None:
        """What was typed, on disk."""
        self._permit(draft.case, "view")
        document = {"person": self.me.id, "draft": draft.model_dump(mode="json")}
        with self.store.transaction():
            self.store.drafts.put(self._draft_id(draft.case, draft.kind), document)

    async def drafts(self) -> Sequence[Draft]:
        """Mine, the newest first."""
        found = [Draft.model_validate(doc["draft"]) for _, doc in self.store.drafts.find_raw("person", self.me.id)]
        return sorted(found, key=lambda draft: draft.at, reverse=True)

    async def drop_draft(self, case_id: CaseId, kind: str) -> None:
        """The draft, forgotten."""
        if self.store.drafts.raw(self._draft_id(case_id, kind)) is not None:
            with self.store.transaction():
                self.store.drafts.remove(doc_ids=[self._draft_id(case_id, kind)])

    def _draft_id(self, case_id: CaseId, kind: str) -> str:
        return f"{self.me.id} {case_id} {kind}"

    # The calendar

    async def tick(self) -> tuple[int, int]:
        """The calendar's turn on every case that may need it."""
        situation = self._situation()
        cases = tasks = 0
        for case_id in self.store.due_on(situation.today):
            before = self.store.load(case_id)
            after = self._after_calendar(before)
            cases += after is not before
            tasks += len({task.id for task in after.case.tasks} - {task.id for task in before.case.tasks})
        limit = (situation.now - KEYS_KEPT).isoformat()
        old = [key for key, doc in self.store.keys.each_raw() if doc["at_time"] < limit]
        with self.store.transaction():
            if old:
                self.store.keys.remove(doc_ids=old)
            self.store.forget_tallies(situation.today - TALLIES_KEPT)
            self.store.meta.put("ticked", {"on": situation.today.isoformat()})
        return cases, tasks

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()

    # What I may do and see

    def _permit(self, case_id: CaseId | None, *permissions: str) -> None:
        """That I may, here, with every reason why not. A case of another unit is not found, as one that is not there.

        Raises:
            NotFound, Forbidden.
        """
        if case_id is not None and (
            case_id.split("-")[0] not in self.me.units or self.store.cases.packed(case_id) is None
        ):
            raise NotFound.because("no-case", f"there is no case {case_id} in your units")
        grants = self.tables.grants(london_date(self.now()))
        if reasons := [reason for one in permissions for reason in may(self.me, one, case_id, grants)]:
            raise Forbidden(*dict.fromkeys(reasons))

    def _situation(self, action: Action | None = None, case_id: CaseId | None = None) -> Situation:
        pulled: str | None = None
        if action is not None and case_id is not None and "pulled_task" in action.facts:
            held = self._claims.on(case_id)
            pulled = held.task if held is not None and held.officer == self.me.id else None
        salt = secrets.token_hex(16) if action is not None and "salt" in action.facts else None
        receipt: TakenReceipt | None = None
        if (
            action is not None
            and case_id is not None
            and "receipt" in action.facts
            and (name := action.names_receipt())
        ):
            receipt = taken_receipt(self.store.events_back(self.store.load(case_id).at), name)
        asked = action.facts if action is not None else frozenset()
        facts = Facts(
            pulled_task=pulled,
            receipt=receipt,
            salt=salt,
            colleagues=self._colleagues(case_id) if "colleagues" in asked else (),
            skips_today=self.store.tally(self.me.id, london_date(self.now())).skips if "skips_today" in asked else 0,
            parks_held=self._work.parks_held() if "parks_held" in asked else 0,
            last_act=self._undo.last_act(case_id) if "last_act" in asked and case_id is not None else None,
        )
        return Situation(self.now(), self.me, self.tables, facts)

    def _colleagues(self, case_id: CaseId | None) -> tuple[Staff, ...]:
        """The others of my units who may open the case; what else they may not open stays with the store."""
        mine = set(self.me.units)
        others = (one for one in self.store.all_staff() if one.id != self.me.id and mine & set(one.units))
        return tuple(
            one.model_copy(update={"exclusions": ()}) if one.exclusions else one
            for one in others
            if case_id not in one.exclusions
        )

    def _view(self, case: Case) -> CaseView:
        held = self._claims.on(case.id)
        situation = self._situation(Undo(), case.id)
        return CaseView(
            case=case,
            offers=offers(case, situation, held),
            contact=judge(case, situation),
            claim=held,
            mine=held is not None and held.officer == self.me.id,
            arrears=behind(case, situation.today),
            next_due=next_due(case, situation.today),
            stops=stops(case, self.tables),
            restricted=self._restricted(case),
            colleagues=self._colleagues(case.id),
        )

    def _restricted(self, case: Case) -> dict[str, str]:
        """Why the markers are there, for those who may know; that they saw it is in the access log."""
        names = [one.restricted for one in case.markers if one.restricted is not None]
        if not names or may(self.me, "restricted", case.id, self.tables.grants(london_date(self.now()))):
            return {}
        found = {name: text for name in names if (text := self.store.restricted_text(name)) is not None}
        if found:
            self.store.looked(self.me.id, "restricted", case=case.id)
        return found

    # Claims

    def _claimed(self, case_id: CaseId, slot: Slot, task_id: str | None) -> Claimed:
        """Take the case, or keep it, for another lease; then look at it."""
        case = self.store.load(case_id).case
        with self.store.transaction():
            held = self._claims.take(case_id, self.me, slot, task_id)
            self.store.looks(self.me.id, "case", **shown(case))
        task = case.task(task_id)
        owner = self._work.name(task.owner or task.parked_by) if task else ""
        reasons = why(case, task, self.tables, self.now(), self.me, owner) if task else []
        return Claimed(view=self._view(case), claim=held, task=task, why=tuple(reasons))

    # Writing

    def _after_calendar(self, stored: Stored) -> Stored:
        """The case after the calendar's turn, on disk if that changed anything."""
        situation = self._situation()
        if not due(stored.case, situation):
            return stored
        return self.store.write(commit(stored.case, RunCalendar(), situation, head=stored.head), stored)

    def _committed(self, stored: Stored, action: Action, here: Situation, key: str, seen: int | None) -> Commit:
        try:
            return commit(stored.case, action, here, head=stored.head, seen=seen, key=key)
        except Stale as fault:
            before = self.store.as_of(stored.case.id, seen or 0)
            parts = [reason.field or "" for reason in fault.reasons]
            raise Stale(*(differences(before, stored.case, parts) or fault.reasons)) from None

    def _counted(self, done: Commit, held: Claim | None) -> Tally:
        """What this adds to my day, which is put down."""
        today = london_date(done.events[0].at)
        before = self.store.tally(self.me.id, today)
        after = before.after(done, held.task if held else None)
        self.store.put_tally(self.me.id, today, after)
        return after - before

    def _earlier(self, key: str, digest: str) -> Done | None:
        """What this key did before. Raises Refused when that was something else."""
        record: Any = self.store.keys.raw(f"{self.me.id} {key}")
        if record is None:
            return None
        if record["digest"] != digest:
            message = "this key was used for another case or action; nothing was done"
            raise Refused.because("key-reused", message, field="key")
        events = []
        for event in self.store.events_back(record["at"]):
            if event.seq < record["first"]:
                break
            events.append(event)
        case = self.store.load(record["case"]).case
        held = self._claims.on(case.id)
        if held is None or held.officer != self.me.id:
            self.store.looked(self.me.id, "case", **shown(case))
        return Done(version=events[0].seq, events=_happened(events[::-1]), view=self._view(case))

    def _keep_key(self, key: str, digest: str, case_id: CaseId, done: Commit, at: int, kept: Kept) -> None:
        record = {
            "digest": digest,
            "case": case_id,
            "first": done.events[0].seq,
            "at": at,
            "at_time": done.events[0].at.isoformat(),
            "kept": kept.model_dump(mode="json"),
        }
        self.store.keys.put(f"{self.me.id} {key}", record)

    def _entry(self, event: Event, knows: bool, *, undone: bool) -> Entry:
        """The line of an event, with the note that is kept apart for those who may know it."""
        what = event.what
        if knows and isinstance(what, Contacted | Safeguarded | TaskEnded) and what.restricted_note is not None:
            what = what.model_copy(update={"note": self.store.restricted_text(what.restricted_note)})
        return Entry(
            seq=event.seq,
            at=event.at,
            actor=event.actor,
            kind=what.kind,
            summary=what.summary(),
            data=what.model_dump(mode="json", exclude_none=True),
            undone=undone,
        )


def _happened(events: Sequence[Event]) -> tuple[Happened, ...]:
    return tuple(Happened(seq=one.seq, kind=one.what.kind, summary=one.what.summary()) for one in events)

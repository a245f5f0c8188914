"""The desk on a local store: one person at one machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import cached_property
from itertools import takewhile

from api_client.local_claims import ClaimBook
from api_client.local_drafts import DraftBook
from api_client.local_facts import LocalFacts
from api_client.local_finding import LocalFinding
from api_client.local_keys import Earlier, KeyBook
from api_client.local_store import LocalStore, Stored
from api_client.local_tallies import TallyBook
from api_client.local_undo import LocalUndo
from api_client.local_work import LocalWork
from api_client.watch import Watch
from casework.accounts import CaseId, unit_of
from casework.actions.calendar import RunCalendar, due
from casework.actions.declare import Action
from casework.actions.undo import Undo
from casework.as_seen import case_view
from casework.case import Case
from casework.claims import Claim, Slot, needed, own, taken
from casework.clean import Line
from casework.commit import Commit, commit
from casework.dates import london_date
from casework.foresight import preview
from casework.my_work import MyTask
from casework.posts import name_of
from casework.queues import why
from casework.reference import Tables
from casework.refusals import Busy, Forbidden, NotFound, NotSignedIn, Refused, Stale
from casework.situation import Situation
from casework.staff import Staff, may
from casework.tallies import Tally
from casework.timeline import About, happened, page
from casework.undoing import Held, Kept
from casework.views import (
    AwayTask,
    CaseSummary,
    CaseView,
    Claimed,
    Done,
    Draft,
    Page,
    Preview,
    QueueSummary,
    ToAcknowledge,
    differences,
    shown,
)


class LocalDesk:
    """The desk of `person` on an open store.

    Raises:
        NotSignedIn: the store does not know this person.
    """

    def __init__(self, store: LocalStore, person: str) -> None:
        self.store = store
        self._claims = ClaimBook(store)
        self._undo = LocalUndo(store, self._claims)
        self._keys, self._tallies, self._drafts = KeyBook(store), TallyBook(store), DraftBook(store)
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

    @property
    def _facts(self) -> LocalFacts:
        """What an action of mine may ask of the store, as I am now."""
        return LocalFacts(self.store, self._claims, self.me)

    @property
    def _finding(self) -> LocalFinding:
        """What I may find, as I am now."""
        return LocalFinding(self.store, self.me)

    def now(self) -> datetime:
        """The time of the store."""
        return self.store.now()

    async def sign_in(self, watch: Watch = lambda done, total: None) -> Staff:
        """Who I am; runs the calendar on the day's first use. `watch` is told how many cases of how many had their turn;
        should it raise, the others have it at the next sign-in, or when they are opened."""
        today = self._today().isoformat()
        if (self.store.meta.raw("ticked") or {}).get("on", "") < today:
            await self.tick(watch)
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
        return self._tallies.of(self.me.id, self._today())

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
        return self._finding.account(text)

    async def case(self, case_id: CaseId) -> CaseView:
        """The case, with what the calendar asks of it today."""
        self._permit(case_id, "view")
        case = self._after_calendar(self.store.load(case_id)).case
        self.store.looked(self.me.id, "case", **shown(case))
        return self._view(case)

    async def as_of(self, case_id: CaseId, version: int) -> Case:
        """The case as it was at that version."""
        self._permit(case_id, "view")
        _refuse_unknown(version, self.store.load(case_id).case, "version")
        case = self.store.as_of(case_id, version)
        self.store.looked(self.me.id, "case", version=version, **shown(case))
        return case

    async def timeline(
        self, case_id: CaseId, *, before: int | None = None, find: str | None = None, about: About | None = None
    ) -> Page:
        """The history of the case, newest page first."""
        self._permit(case_id, "view")
        stored = self.store.load(case_id)
        self.store.looked(self.me.id, "timeline", **shown(stored.case))
        read = self.store.restricted_text if self._may("restricted", case_id) else None
        return page(self.store.events_back(stored.at), before=before, find=find, about=about, read=read)

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
        self._permit(case_id, *action.permissions(self._facts.situation()))
        digest = self._keys.digest(key, case_id, said or action.model_dump_json())
        if (earlier := self._keys.earlier(self.me.id, key, digest)) is not None:
            return self._again(earlier)
        stored = self._after_calendar(self.store.load(case_id))
        if seen_version is not None:
            _refuse_unknown(seen_version, stored.case, "seen_version")
        held = needed(case_id, self._claims.on(case_id), self.me, claim, needs=action.needs_claim())
        situation = self._facts.for_action(action, case_id)
        self._permit(case_id, *action.permissions(situation))
        done = self._committed(stored, action, situation, key, seen_version)
        if done.looked_up:
            self.store.looked(self.me.id, action.named(), case=case_id, **done.looked_up)
        return self._written(stored, done, action, situation, held, key, digest)

    async def preview(self, case_id: CaseId, action: Action) -> Preview:
        """What would happen."""
        self._permit(case_id, *action.permissions(self._facts.situation()))
        stored, situation = self.store.load(case_id), self._facts.for_action(action, case_id)
        self._permit(case_id, *action.permissions(situation))
        return preview(stored.case, stored.head, action, situation)

    async def search(self, text: str) -> list[CaseSummary]:
        """The cases that fit, the best first, at most fifty. Logged without what was typed."""
        self._permit(None, "search")
        return self._finding.search(text)

    async def recent(self) -> list[CaseSummary]:
        """The last ten cases that I opened today, as the access log has them."""
        self._permit(None, "view")
        return self._finding.recent()

    async def warm(self) -> bool:
        """One part more of what the first case and the first search would have to wait for; whether all is there now."""
        return next(self._parts, True)

    @cached_property
    def _parts(self) -> Iterator[bool]:
        """Judging any case builds the models and reads the tables that every case needs; nobody is shown it."""
        if (row := next(self.store.queues.all_rows(), None)) is not None:
            case, situation = self.store.load(row.case).case, self._facts.situation()
            yield False
            case_view(case, situation, None, (), {})
            yield False
        while not self.store.found.warm():
            yield False

    # Drafts

    async def save_draft(self, draft: Draft) -> None:
        """What was typed, on disk."""
        self._permit(draft.case, "view")
        with self.store.transaction():
            self._drafts.put(self.me.id, draft)

    async def drafts(self) -> Sequence[Draft]:
        """Mine, the newest first."""
        return self._drafts.of(self.me.id)

    async def drop_draft(self, case_id: CaseId, kind: str) -> None:
        """The draft, forgotten."""
        if self._drafts.has(self.me.id, case_id, kind):
            with self.store.transaction():
                self._drafts.drop(self.me.id, case_id, kind)

    # The calendar

    async def tick(self, watch: Watch = lambda done, total: None) -> tuple[int, int]:
        """The calendar's turn on every case that may need it."""
        today, cases, tasks = self._today(), 0, 0
        waiting = self.store.due_on(today)
        for done, case_id in enumerate(waiting):
            watch(done, len(waiting))
            before = self.store.load(case_id)
            after = self._after_calendar(before)
            cases += after is not before
            tasks += len({task.id for task in after.case.tasks} - {task.id for task in before.case.tasks})
        with self.store.transaction():
            self._keys.forget(self.now())
            self._tallies.forget(today)
            self.store.meta.put("ticked", {"on": today.isoformat()})
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
        if case_id is not None and (unit_of(case_id) not in self.me.units or self.store.cases.packed(case_id) is None):
            raise NotFound.because("no-case", f"there is no case {case_id} in your units")
        grants = self.tables.grants(self._today())
        if reasons := [reason for one in permissions for reason in may(self.me, one, case_id, grants)]:
            raise Forbidden(*dict.fromkeys(reasons))

    def _may(self, permission: str, case_id: CaseId) -> bool:
        return not may(self.me, permission, case_id, self.tables.grants(self._today()))

    def _today(self) -> date:
        return london_date(self.now())

    def _view(self, case: Case) -> CaseView:
        situation, held = self._facts.for_action(Undo(), case.id), self._claims.on(case.id)
        return case_view(case, situation, held, self._facts.colleagues(case.id), self._restricted(case))

    def _restricted(self, case: Case) -> dict[str, str]:
        """Why the markers are there, for those who may know; that they saw it is in the access log."""
        names = [one.restricted for one in case.markers if one.restricted is not None]
        if not names or not self._may("restricted", case.id):
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
        whose = (task.owner or task.parked_by) if task else None
        owner = name_of(whose, self.store.all_staff()) if whose else ""
        reasons = why(case, task, self.tables, self.now(), self.me, owner) if task else []
        return Claimed(view=self._view(case), claim=held, task=task, why=tuple(reasons))

    # Writing

    def _after_calendar(self, stored: Stored) -> Stored:
        """The case after the calendar's turn, on disk if that changed anything."""
        situation = self._facts.situation()
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

    def _written(
        self,
        stored: Stored,
        done: Commit,
        action: Action,
        situation: Situation,
        held: Claim | None,
        key: str,
        digest: str,
    ) -> Done:
        """What was decided on a case as `stored`, on disk with all that changes beside the case."""
        undone = situation.facts.last_act if isinstance(action, Undo) else None
        me = self._without(done.case.id) if done.closes_to_actor else self.me

        def beside(at: int) -> None:
            if held is None:
                self.store.looks(self.me.id, "case", **shown(done.case))
            mine = held if undone is None else self._undo.put_back(self.me, done.case.id, undone, held)
            counted = self._count(done, held) if undone is None else Tally()
            self._keys.keep(self.me.id, key, digest, done, at, _kept(action, situation, done, counted, held))
            if done.restricted:  # what was typed of it does not outlive the form
                self._drafts.drop(self.me.id, done.case.id, action.named())
            if done.closes_to_actor:
                self.store.put_staff(me)
            if done.ends_claim or (mine is not None and mine.task and done.case.task(mine.task) is None):
                self._claims.drop(done.case.id)
            elif mine is not None:
                self._claims.prolong(mine)

        now_stored = self.store.write(done, stored, beside)
        self.me = me
        return Done(version=done.case.version, events=happened(done.events), view=self._view(now_stored.case))

    def _count(self, done: Commit, held: Claim | None) -> Tally:
        """What this adds to my day, which is put down."""
        today = london_date(done.events[0].at)
        before = self._tallies.of(self.me.id, today)
        after = before.after(done, held.task if held else None)
        self._tallies.put(self.me.id, today, after)
        return after - before

    def _without(self, case_id: CaseId) -> Staff:
        """Who I am once a case is closed to me."""
        return self.me.model_copy(update={"exclusions": (*self.me.exclusions, case_id)})

    def _again(self, earlier: Earlier) -> Done:
        """What was done before, told once more."""
        newest_first = self.store.events_back(earlier.at)
        events = [*takewhile(lambda event: event.seq >= earlier.first, newest_first)]
        case = self.store.load(earlier.case).case
        held = self._claims.on(case.id)
        if held is None or held.officer != self.me.id:
            self.store.looked(self.me.id, "case", **shown(case))
        return Done(version=events[0].seq, events=happened(events[::-1]), view=self._view(case))


def _kept(action: Action, situation: Situation, done: Commit, counted: Tally, held: Claim | None) -> Kept:
    """What is kept of an act beside its key."""
    return Kept(
        title=Line(action.title),
        undoable=done.undoable,
        permissions=action.permissions(situation),
        counted=counted,
        held=Held(slot=held.slot, task=held.task) if held else None,
    )


def _refuse_unknown(version: int, case: Case, field: str) -> None:
    """A version that a case never had. Raises Refused."""
    if not 1 <= version <= case.version:
        message = f"there is no version {version} of this case; the newest is {case.version}"
        raise Refused.because("no-version", message, field=field)

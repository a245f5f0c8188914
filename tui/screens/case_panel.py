"""The case above the form: header, person, and one list at a time, with the whole of an entry on demand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message

from api_client.desk import Desk
from casework.accounts import CaseId
from casework.conflict import Conflict
from casework.dates import format_moment, london_date
from casework.identity import Checked
from casework.refusals import DeskError
from casework.views import CaseView, Page
from tui import conflict_view, person_view, timeline, view_models
from tui.timeline import Narrowing, narrowed
from tui.top_bar import TopBar
from tui.view_models import Table
from tui.widgets.cells import cells
from tui.widgets.field_map import FieldMap
from tui.widgets.lines import Line, Lines, Said, line
from tui.widgets.reader import Reader
from tui.widgets.rows import Column, Rows

_HEAD = 3
"""Lines of the header that stay while a form is open."""

NARROW = 100
"""Below this width the panel of the person is narrower."""

TABS: dict[str, tuple[str, tuple[Column, ...], str]] = {
    "timeline": (
        "1 Timeline",
        (Column("When", 12), Column("What", None), Column("Who", 8)),
        "Nothing of that kind has happened",
    ),
    "money": (
        "2 Money",
        (
            Column("Date", 11),
            Column("What", None),
            Column("Amount", 11, "right"),
            Column("Owed", 11, "right"),
        ),
        "Nothing is owed",
    ),
    "person": (
        "3 Person",
        (Column("", 14), Column("Known", None)),
        "Nothing is known",
    ),
    "traces": (
        "5 Traces",
        (
            Column("Asked", 11),
            Column("Whom, what for", None),
            Column("Came of it", 20),
            Column("May be used", 17, least=84),
            Column("Who", 8, least=84),
        ),
        "Nobody was asked yet: r asks the first source",
    ),
    "tasks": (
        "8 Tasks",
        (Column("From", 15), Column("", 5), Column("To do", None), Column("Whose", 8)),
        "There is nothing to do on this case",
    ),
}
"""The lists by name: heading, columns, and what stands there when there is nothing."""


class CasePanel(Vertical):
    """What is known of one case. It shows what it is given, and fetches what is asked for of the timeline."""

    class Failed(Message):
        """What was asked for of the timeline cannot be read."""

        def __init__(self, why: str) -> None:
            super().__init__()
            self.why = why

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._view: CaseView | None = None
        self._why: tuple[str, ...] = ()
        self._since: datetime | None = None
        self._page = Page(entries=())
        self._narrowing = Narrowing()
        self._tab = "timeline"
        self._masked = False
        self._checked: Checked | None = None
        self._form_open = False
        self._shown = Table()

    def compose(self) -> ComposeResult:
        """The lines and lists."""
        yield TopBar(self._desk)
        yield Lines(id="head")
        with Horizontal(id="body"):
            yield Lines(more=" ↓ Alt+3 shows all", id="person")
            with Vertical(id="right"):
                yield Lines(id="tabs")
                for name, (_, columns, empty) in TABS.items():
                    yield Rows(columns, empty=empty, id=f"list-{name}")
        yield Reader(id="detail")

    def on_resize(self, event: events.Resize) -> None:
        """Narrow terminals have a narrower panel."""
        self.set_class(event.size.width < NARROW, "narrow")
        self.show_header()
        if self._view is not None:
            self._show_person()
            self._show_tabs()

    def open(self, view: CaseView, why: Sequence[str], page: Page, since: datetime | None) -> None:
        """Another case, from its timeline on."""
        self._why, self._since, self._tab = tuple(why), since, "timeline"
        self._masked, self._checked, self._narrowing = False, None, Narrowing()
        if self.is_mounted:
            self.close_detail()
            self._stop_asking()
        self.update_case(view, page, newest=True)

    def update_case(self, view: CaseView, page: Page, *, newest: bool) -> None:
        """The same case, as it is now; its list from the top, or where it was."""
        self._view, self._page = view, page
        if not self.is_mounted:
            return
        self.show_header()
        self._show_person()
        self._show_list(from_top=newest)

    def hold(self, view: CaseView, since: datetime | None) -> None:
        """The same case, held by us since then."""
        self._since = since
        self.update_case(view, self._page, newest=False)

    @property
    def tab(self) -> str:
        """The list that is shown."""
        return self._tab

    def mask(self, masked: bool, checked: Checked | None = None) -> None:
        """Hide what a caller has still to say, or show it again; with what came of what they said so far."""
        before = self._masked
        if (masked, checked) != (before, self._checked):
            self._masked, self._checked = masked, checked
            self._show_person()
        if masked != before:
            self.close_detail()
            self.show_header()
            self._fill_list()

    def _show_person(self) -> None:
        assert self._view is not None
        width = 25 if self.has_class("narrow") else 29
        today, tables = london_date(self._desk.now()), self._desk.tables
        shown = person_view.panel(self._view, tables, today, width, masked=self._masked, checked=self._checked)
        self.query_one("#person", Lines).show(shown)

    def make_room(self, wanted: bool) -> None:
        """While a form is open, what contact policy says is left to its message line."""
        self._form_open = wanted
        self.show_header()

    # What is shown of the timeline

    async def page_of(self, case_id: CaseId, before: int | None = None) -> Page:
        """The newest entries of a case, or those before an event, as far as they are wanted. Raises DeskError."""
        wanted = self._narrowing
        return await self._desk.timeline(case_id, before=before, find=wanted.words or None, about=wanted.about)

    async def add_older(self) -> None:
        """Bring the entries before those that are shown. Raises DeskError."""
        assert self._view is not None
        page = await self.page_of(self._view.case.id, self._page.before)
        self._page = Page(entries=(*page.entries, *self._page.entries), before=page.before)
        self._show_list()

    async def ask_what_to_show(self) -> None:
        """Ask for words, or what it is about, over the list that they narrow."""
        self.turn_to("timeline")
        if not self.query("#narrow"):
            await self.query_one("#right", Vertical).mount(FieldMap(id="narrow"), after="#tabs")
        asked = self.query_one("#narrow", FieldMap)
        asked.display = True
        asked.show("Find in the timeline", self._narrowing.fields)
        asked.focus()

    @on(FieldMap.Submitted, "#narrow")
    async def _narrow(self, message: FieldMap.Submitted) -> None:
        message.stop()
        await self._show_only(narrowed(message.values))

    @on(FieldMap.Closed, "#narrow")
    def _keep_all(self, message: FieldMap.Closed) -> None:
        message.stop()
        self._stop_asking()
        self.focus_list()

    async def on_key(self, event: events.Key) -> None:
        """Escape shows all of the timeline again."""
        if event.key == "escape" and self._narrowing and self._list.has_focus:
            event.stop()
            await self._show_only(Narrowing())

    async def _show_only(self, wanted: Narrowing) -> None:
        """The newest entries that are wanted; those before stay when these cannot be read."""
        assert self._view is not None
        before, self._narrowing = self._narrowing, wanted
        try:
            self._page = await self.page_of(self._view.case.id)
        except DeskError as fault:
            self._narrowing = before
            self.post_message(self.Failed(str(fault)))
            return
        self._stop_asking()
        self._show_list(from_top=True)
        self.focus_list()

    def _stop_asking(self) -> None:
        for asked in self.query("#narrow").results(FieldMap):
            asked.clear()
            asked.display = False

    def show_header(self) -> None:
        """Who, how much, whose and why; again whenever the minute changes."""
        if self._view is None or not self.is_mounted:
            return
        self.query_one(TopBar).tell(read_only=view_models.is_read_only(self._view))
        lines = self._header()
        shown = lines[:_HEAD] if self._form_open else lines
        head = self.query_one("#head", Lines)
        head.styles.height = len(shown)
        head.show(shown)

    def _header(self) -> tuple[Line, ...]:
        assert self._view is not None
        now, width = self._desk.now(), self.size.width
        return view_models.header(self._view, self._why, now, self._since, width, masked=self._masked)

    @property
    def is_cut(self) -> bool:
        """Whether the header says more than is seen of it."""
        lines = self._header() if self._view is not None and self.is_mounted else ()
        too_long = any(sum(cells(part.text) for part in one) > self.size.width for one in lines)
        return too_long or (self._form_open and len(lines) > _HEAD)

    def read_all(self, message: str) -> None:
        """The whole of the header and of what the desk said last, in place of the lists."""
        self.add_class("reading")
        reader = self.query_one("#detail", Reader)
        reader.show("All that stands at the top and in the message line", view_models.in_full(self._header(), message))
        reader.focus()

    def show_conflicts(self, found: Sequence[Conflict], seen_version: int) -> None:
        """What became different since a version, in place of the lists, for as long as the form stands."""
        self.add_class("reading")
        since = [one for one in self._page.entries if one.seq > seen_version]
        reader = self.query_one("#detail", Reader)
        reader.show(conflict_view.HEADING, conflict_view.told(found, since, self.size.width, masked=self._masked))

    def count_done(self, done: int) -> None:
        """How many cases whoever sits here has done today."""
        if self.is_mounted:
            self.query_one(TopBar).count(done)

    def turn(self, by: int) -> None:
        """The tab after or before."""
        names = list(TABS)
        self.turn_to(names[(names.index(self._tab) + by) % len(names)])

    def turn_to(self, name: str) -> None:
        """One tab by name."""
        self._tab = name
        self.close_detail()
        self._show_list()

    def focus_list(self) -> None:
        """The keys move in the list."""
        self._list.focus()

    @property
    def _list(self) -> Rows:
        return self.query_one(f"#list-{self._tab}", Rows)

    def _show_list(self, *, from_top: bool = False) -> None:
        """The list of the tab; the keys move in it if they moved in the one before."""
        had_focus = any(self.query_one(f"#list-{name}", Rows).has_focus for name in TABS)
        self._show_tabs()
        for name in TABS:
            self.query_one(f"#list-{name}", Rows).display = name == self._tab
        self._fill_list(from_top=from_top)
        if had_focus:
            self.focus_list()

    def _show_tabs(self) -> None:
        """The names of the lists and the keys that turn to them; what is shown of the timeline, where that is not all."""
        marks = [
            Said(f"{'>' if name == self._tab else ' '}{title} ", "strong" if name == self._tab else "muted")
            for name, (title, *_) in TABS.items()
        ]
        keys = "" if self.has_class("narrow") else " or Alt+"
        only = [line(Said(f" {self._narrowing}: f finds again, Esc shows all", "alert"))] if self._narrowing else []
        shown = [line(Said(f" [ ]{keys}", "muted"), *marks), *(only if self._tab == "timeline" else [])]
        tabs = self.query_one("#tabs", Lines)
        tabs.styles.height = len(shown)
        tabs.show(shown)

    def _fill_list(self, *, from_top: bool = False) -> None:
        view, now, known, masked = self._view, self._desk.now(), self._desk.tables, self._masked
        assert view is not None
        tables: dict[str, Callable[[], Table]] = {
            "timeline": lambda: timeline.table(self._page, now, masked=masked),
            "money": lambda: view_models.money(view.case, known, now, masked=masked),
            "traces": lambda: view_models.traces(view.case, masked=masked),
            "person": lambda: person_view.table(view, known, london_date(now), masked=masked),
            "tasks": lambda: view_models.tasks(view.case, now),
        }
        self._shown = tables[self._tab]()
        self._list.show(self._shown, self._shown.key(0) if from_top and self._shown else None)

    @on(Rows.Selected)
    def _show_whole(self, message: Rows.Selected) -> None:
        """The whole of a row that is too long for its line; of the timeline, the entry with its line breaks."""
        row = next((cells for key, cells in self._shown.rows if key == message.key), None)
        assert self._view is not None
        if row is None or message.key == timeline.OLDER or view_models.opens(self._view.case, message.key):
            return
        heading, text = row[0], "  ".join(cell for cell in row[1:] if cell)
        entry = next((one for one in self._page.entries if str(one.seq) == message.key), None)
        if self._tab == "timeline" and entry is not None:
            heading = f"{entry.seq}  {format_moment(entry.at)}  {entry.kind}  {entry.actor}"
            text = timeline.told(entry, masked=self._masked)
        reader = self.query_one("#detail", Reader)
        reader.show(heading, text)
        reader.focus()

    @on(Reader.Closed)
    def _stop_reading(self) -> None:
        self.close_detail()
        if not self._form_open:
            self.focus_list()

    def close_detail(self) -> None:
        """The list has its room again."""
        self.remove_class("reading")
        self.query_one("#detail", Reader).show("", "")

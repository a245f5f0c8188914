"""Contact policy: whether somebody may be rung now, said before it is done. Law page, 7.3."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.actions.call import LogCall
from casework.actions.contact import LogContact
from casework.actions.marker import SetMarker
from casework.actions.promise import CancelPromise, MakePromise
from casework.case import Case
from casework.contact import Channel, Contact
from casework.contact_policy import against, judge
from casework.events import Contacted
from casework.people import Adjustment, Marker, PhoneNumber, Representative
from casework.stops import Stop
from casework.table_rows import Limit
from casework.terms import Request
from tests.cases import (
    NOW,
    TABLE_FOLDER,
    TODAY,
    Story,
    a_person,
    an_account,
    at,
    shipped_tables,
    situation,
    tables_with,
    weekly,
)

NUMBER = "07700 900123"


def codes(case: Case, now: datetime = NOW, channel: Channel = "call", number: str | None = NUMBER) -> list[str]:
    """What speaks against it, refusals with a `!`."""
    found = judge(case, situation(now), channel, number)
    return [f"{one.code}{'!' if one.level == 'refusal' else ''}" for one in found]


def called(*when: datetime, direction: str = "out", outcome: str = "NO_ANS", channel: Channel = "call") -> Case:
    """A case on which such contacts were made."""
    row = {**shipped_tables().wrap_codes(TODAY, "call"), **shipped_tables().wrap_codes(TODAY, "contact")}[outcome]
    contacts = tuple(
        Contact.model_validate(
            {
                "id": f"{n}.1",
                "at": instant,
                "by": "jkhan",
                "channel": channel,
                "direction": direction,
                "outcome": outcome,
                "attempt": row.counts != "nothing",
                "reached": row.counts == "conversation",
            }
        )
        for n, instant in enumerate(when, 3)
    )
    return Story().case.model_copy(update={"contacts": contacts})


def with_(**changes: Any) -> Case:
    return Story().case.model_copy(update=changes)


def of(**person: Any) -> Case:
    return Story(an_account(person=a_person(**person))).case


def test_nothing_speaks_against_a_first_call_on_a_working_morning() -> None:
    assert judge(Story().case, situation(), "call", NUMBER) == ()


# Hours


@pytest.mark.parametrize(
    ("now", "call", "text"),
    [
        (at(19, hour=7, minute=59), True, True),
        (at(19, hour=8), True, False),
        (at(19, hour=8, minute=59), True, False),
        (at(19, hour=9), False, False),
        (at(19, hour=16, minute=59), False, False),
        (at(19, hour=17), True, False),
        (at(19, hour=19, minute=59), True, False),
        (at(19, hour=20), True, True),
        (at(21), True, True),
        (at(25, 12), True, True),
        (at(27, 3, 9), False, False),
        (at(30, 3, 8), False, False),
        (at(30, 3, 7, 59), True, False),
        (at(30, 3, 16), True, False),
        (at(23, 10, 8), False, False),
        (at(26, 10, 8), True, False),
        (at(26, 10, 9), False, False),
        (at(26, 10, 16, 59), False, False),
        (at(29, 3, 10), True, True),
        (at(25, 10, 10), True, True),
    ],
)
def test_people_are_rung_from_nine_to_five_and_texted_from_eight_to_eight(
    now: datetime, call: bool, text: bool
) -> None:
    """By the clock on the wall, on working days; the days about both clock changes, and the Sundays themselves. Seen red with:
    hours read as UTC; five o'clock allowed; the bank holiday forgotten."""
    case = Story().case
    assert ("hours!" in codes(case, now), "hours!" in codes(case, now, "sms")) == (call, text)


def test_the_hours_are_said() -> None:
    evening = judge(Story().case, situation(at(19, hour=18)), "call", NUMBER)
    assert [one.message for one in evening] == ["the office is open 09:00 to 17:00 on Thu 19 Nov 2026 for calls"]
    assert all(one.source.startswith("law page 7.3") for one in evening)
    saturday = judge(Story().case, situation(at(21)), "sms")
    assert [one.message for one in saturday] == ["the office is closed on Sat 21 Nov 2026 for texts"]


def test_a_year_that_the_calendar_does_not_know_is_a_warning() -> None:
    """Found: the case could not be shown at all."""
    far = datetime.fromisoformat(f"{max(shipped_tables().calendar.holidays).year + 1}-03-03T10:00:00Z")
    assert codes(Story().case, far) == ["hours-unknown"]


def test_a_letter_may_be_written_at_any_hour() -> None:
    for channel in ("letter", "email", "webchat"):
        assert judge(Story().case, situation(at(21, hour=3)), channel) == ()


# How often


def test_three_calls_a_day_are_the_most() -> None:
    """Seen red with: a fourth let through; yesterday's counted."""
    two = called(at(18), at(19, hour=9), at(19, hour=11))
    three = called(at(18), at(19, hour=9), at(19, hour=11), at(19, hour=13))
    assert "calls-today!" not in codes(two, at(19, hour=15))
    assert "calls-today!" in codes(three, at(19, hour=15, minute=30))
    assert "calls-today!" not in codes(three, at(20, hour=15))


def test_a_day_of_calls_is_a_day_in_london() -> None:
    """In summer time a quarter past midnight is still yesterday by UTC."""
    late = called(at(10, 6, 22, 50), at(10, 6, 22, 55), at(10, 6, 23, 5))
    assert "calls-today!" not in codes(late, at(11, 6))


def test_seven_calls_in_seven_days_are_the_most() -> None:
    """Today and the six days before it. Seen red with: eight days; an eighth call let through."""
    days = [at(day, hour=9) for day in (13, 13, 14, 16, 17, 18)]
    assert "calls-this-week!" not in codes(called(*days), at(19))
    assert "calls-this-week!" in codes(called(*days, at(18, hour=16)), at(19))
    assert "calls-this-week!" not in codes(called(*days, at(18, hour=16)), at(20))


@pytest.mark.parametrize(("minutes", "too_soon"), [(0, True), (119, True), (120, False), (121, False)])
def test_calls_are_two_hours_apart(minutes: int, too_soon: bool) -> None:
    case = called(at(19, hour=10))
    found = judge(case, situation(at(19, hour=10) + timedelta(minutes=minutes)), "call", NUMBER)
    assert ("too-soon" in against(found)) is too_soon
    if too_soon:
        assert found[0].message == "the last call was at 10:00; wait until Thu 19 Nov 2026 12:00"


def test_one_conversation_a_day_is_the_most() -> None:
    """Whoever rang whom; a letter is no conversation. Seen red with: only ours counted."""
    rang_us = called(at(19, hour=9), direction="in", outcome="HARDSHIP")
    assert codes(rang_us, at(19, hour=15)) == ["spoke-today!"]
    assert codes(rang_us, at(20)) == []
    wrote = called(at(19, hour=9), direction="in", outcome="HARDSHIP", channel="letter")
    assert codes(wrote, at(19, hour=15)) == []


def test_whoever_did_not_show_who_they_are_was_not_spoken_with() -> None:
    """Nothing was said to them, so they may be rung again that day. Caught: one failure and nobody could ring."""
    assert codes(called(at(19, hour=9), outcome="DPA_FAIL"), at(19, hour=15)) == []


def test_a_call_that_failed_and_one_of_theirs_are_no_attempts() -> None:
    """Seen red with: both counted."""
    assert codes(called(at(19, hour=9, minute=59), outcome="CALL_FAIL")) == []
    assert codes(called(at(19, hour=9, minute=59), direction="in", outcome="NO_ANS")) == []


def test_the_time_of_day_is_varied() -> None:
    """Seen red with: two calls enough; a warning at another hour."""
    three = called(at(16), at(17, hour=10, minute=30), at(18, hour=10, minute=59))
    assert codes(three, at(19, hour=10)) == ["same-hour"]
    assert codes(three, at(19, hour=11)) == []
    assert codes(called(at(17), at(18)), at(19)) == []
    assert codes(called(at(16), at(17, hour=11), at(18)), at(19)) == []
    assert "between 10:00 and 11:00" in judge(three, situation(at(19)), "call", NUMBER)[0].message


def test_two_texts_in_seven_days_are_the_most() -> None:
    """Seen red with: calls counted as texts."""
    one = called(at(13), outcome="SENT", channel="sms")
    two = called(at(13), at(18), outcome="SENT", channel="sms")
    assert codes(one, at(19), "sms") == []
    assert codes(two, at(19), "sms") == ["texts!"]
    assert codes(two, at(20), "sms") == []
    assert codes(called(at(17), at(18)), at(19), "sms") == []


def test_every_figure_is_a_row_that_nobody_has_verified() -> None:
    names = {
        "conversations-a-day",
        "attempts-a-day",
        "attempts-a-window",
        "attempts-apart-minutes",
        "attempts-at-one-hour",
        "contact-window-days",
        "texts-a-window",
        "identity-failures",
    }
    rows = {row.name: row for row in shipped_tables().rows["limits"] if isinstance(row, Limit) and row.name in names}
    assert {name: row.amount for name, row in rows.items()} == {
        "conversations-a-day": 1,
        "attempts-a-day": 3,
        "attempts-a-window": 7,
        "attempts-apart-minutes": 120,
        "attempts-at-one-hour": 3,
        "contact-window-days": 7,
        "texts-a-window": 2,
        "identity-failures": 2,
    }
    assert not any(row.verified for row in rows.values())


# Whom, and beside what


def test_nobody_is_chased_beside_a_promise_that_is_still_to_be_kept() -> None:
    story = Story()
    story.does(MakePromise(amount_pence=2_000, due=date(2026, 11, 24), method="card"))
    for channel in ("call", "sms", "letter", "email"):
        assert codes(story.case, channel=channel) == ["promise-live!"]
    story.does(CancelPromise())
    assert codes(story.case) == []


def test_nobody_is_chased_while_their_terms_are_being_decided() -> None:
    asked = Request(id="3.1", terms=weekly(), reason="OTHER", to="fines-officer", by="jkhan", on=TODAY)
    assert codes(with_(request=asked)) == ["terms_asked!"]


def test_a_representative_who_acts_instead_is_rung_instead() -> None:
    rep = Representative(
        kind="solicitor", name="Ann Jones", organisation="Jones & Co", phone="01632 960001", instead=True
    )
    (found,) = judge(of(representative=rep), situation(), "call", NUMBER)
    assert (found.level, found.message) == (
        "refusal",
        "Represented: contact Ann Jones, Jones & Co instead on 01632 960001 (no contact)",
    )
    assert codes(of(representative=rep.model_copy(update={"instead": False}))) == []


def test_what_is_known_of_a_vulnerability_is_said_but_refuses_nothing() -> None:
    marker = Marker(
        id="3.1",
        code="HEALTH",
        kind="vulnerable",
        advice="speak slowly, ring before noon",
        review_on=TODAY,
        set_by="x",
        set_on=TODAY,
    )
    (found,) = judge(with_(markers=(marker,)), situation(), "call", NUMBER)
    assert (found.level, found.message) == ("warning", "vulnerable: speak slowly, ring before noon")
    dog = marker.model_copy(update={"kind": "violence"})
    assert codes(with_(markers=(dog,))) == [], "it matters at a door, not on the telephone"


def test_somebody_who_speaks_of_suicide_is_not_chased() -> None:
    """Seen red with: a warning only."""
    marker = Marker(id="3.1", code="suicide-threat", kind="vulnerable", review_on=TODAY, set_by="x", set_on=TODAY)
    case = with_(markers=(marker,))
    assert codes(case) == codes(case, channel="letter") == ["vulnerable!"]
    (found,) = judge(case, situation(), "call", NUMBER)
    assert found.message == "not to be chased, ask your team leader: suicide threat"
    assert found.source.endswith("(unverified)")


@pytest.mark.parametrize("code", list(shipped_tables().markers(TODAY)))
def test_every_marker_bears_on_contact_as_its_row_says(code: str) -> None:
    row = shipped_tables().markers(TODAY)[code]
    story = Story()
    story.does(SetMarker(code=code, reason="x"))
    expected = ["vulnerable" if row.chase else "vulnerable!"] if row.kind == "vulnerable" else []
    assert codes(story.case) == expected


CHANNELS: tuple[Channel, ...] = ("call", "email", "webchat", "letter", "sms")


@pytest.mark.parametrize("code", list(shipped_tables().adjustments(TODAY)))
def test_what_somebody_needs_is_said_on_the_channels_that_its_row_names(code: str) -> None:
    """Equality Act 2010 s.20: Relay UK before a call, large print before a letter. Seen red with: said on every channel."""
    row, case = shipped_tables().adjustments(TODAY)[code], of(adjustments=(Adjustment(code=code, note="as she says"),))
    for channel in CHANNELS:
        found = [one for one in judge(case, situation(), channel, NUMBER) if one.code == "adjustment"]
        said = [(one.level, one.message) for one in found]
        wanted = [("warning", f"needs this: {row.label} (as she says)")] if channel in row.bears_on else []
        assert said == wanted


@pytest.mark.parametrize("code", list(shipped_tables().preferences(TODAY)))
def test_every_wish_bears_on_the_channels_that_its_row_names(code: str) -> None:
    row, case = shipped_tables().preferences(TODAY)[code], of(prefers=(code,))
    for channel in CHANNELS:
        level = ["prefers!"] if row.only and channel not in row.only else ["prefers"] if channel in row.bears_on else []
        assert codes(case, channel=channel) == level
    assert bool(row.only) != bool(row.bears_on), "a wish that bears on nothing is none"


def test_what_bears_on_contact_is_said_once() -> None:
    """A request and a representative are stops that follow from the case, and are said as such. Seen red with: both said
    twice."""
    rep = Representative(kind="solicitor", name="Ann Lee", instead=True)
    asked = Request(id="3.1", terms=weekly(500), reason="JOB", by="jkhan", on=TODAY, to="fines-officer")
    case = of(representative=rep).model_copy(update={"request": asked})
    assert codes(case) == ["terms_asked!", "represented!"]


@pytest.mark.parametrize(
    ("wish", "channel", "found"),
    [
        ("sms-only", "call", ["prefers!"]),
        ("sms-only", "sms", []),
        ("email-only", "letter", ["prefers!"]),
        ("no-work-calls", "call", ["prefers"]),
        ("no-work-calls", "email", []),
    ],
)
def test_people_are_contacted_as_they_asked(wish: str, channel: Channel, found: list[str]) -> None:
    """Equality Act 2010 s.20. Seen red with: the channel that they asked for refused too."""
    assert codes(of(prefers=(wish,)), channel=channel) == found


def test_who_needs_an_interpreter_or_welsh_is_said() -> None:
    assert codes(of(interpreter="Polish", language="cy")) == ["interpreter", "welsh"]


@pytest.mark.parametrize(
    ("stop", "found"),
    [
        ("CRISIS", ["crisis!"]),
        ("DECEASED", ["deceased!"]),
        ("CUSTODY", ["custody"]),
        ("APPEAL", ["appeal"]),
        ("HOLD", []),
    ],
)
def test_a_stop_refuses_contact_or_warns_as_its_row_says(stop: str, found: list[str]) -> None:
    """On every channel. Seen red with: a warning for a death."""
    kept = Stop(id="3.1", code=stop, reason="said so", set_by="jkhan", set_on=TODAY)
    assert codes(with_(stops=(kept,))) == codes(with_(stops=(kept,)), channel="letter") == found


@pytest.mark.parametrize(
    ("code", "case", "words"),
    [
        (
            "TERMS_ASKED",
            with_(request=Request(id="3.1", terms=weekly(), reason="JOB", to="fines-officer", by="x", on=TODAY)),
            "undecided since 19 Nov 2026",
        ),
        ("REPRESENTED", of(representative=Representative(kind="adviser", name="A Lee", instead=True)), "contact A Lee"),
    ],
)
@pytest.mark.parametrize(("contact", "found"), [("refuse", ["refusal"]), ("warn", ["warning"]), ("", [])])
def test_a_stop_that_follows_from_the_case_bears_on_contact_as_its_row_says(
    code: str, case: Case, words: str, contact: str, found: list[str]
) -> None:
    """Caught: the code refused contact whatever the table said, by a source of its own."""
    text = (TABLE_FOLDER / "stops.toml").read_text("utf-8")
    before, after = text.split(f'code = "{code}"')
    after = after.replace('contact = "refuse"', f'contact = "{contact}"', 1)
    tables = tables_with(stops=f'{before}code = "{code}"{after}')
    said = judge(case, situation(tables=tables), "letter")
    assert [one.level for one in said] == found
    assert all(one.source == tables.stop_kinds[code].cited and words in one.message for one in said)


@pytest.mark.parametrize(
    ("standing", "found"), [("current", []), ("previous", []), ("wrong", ["number!"]), ("dead", ["number!"])]
)
def test_a_number_that_is_known_to_be_useless_is_not_rung(standing: Any, found: list[str]) -> None:
    phones = (PhoneNumber(number=NUMBER, standing=standing), PhoneNumber(number="01632 960001"))
    assert codes(of(phones=phones)) == found
    assert codes(of(phones=phones), number="01632 960001") == []


def test_somebody_without_any_number_cannot_be_rung() -> None:
    assert codes(of(phones=()), number=None) == ["number!"]
    assert codes(of(phones=()), number="01632 960001") == []
    assert codes(of(phones=()), channel="letter", number=None) == []


def test_what_is_said_of_a_vulnerability_names_the_row_of_its_marker() -> None:
    """Seen red with: a source written in the code."""
    story = Story()
    story.does(SetMarker(code="bereavement", reason="x"))
    (found,) = judge(story.case, situation(), "call", NUMBER)
    assert found.source == shipped_tables().markers(TODAY)["bereavement"].cited


def test_refusals_come_before_warnings() -> None:
    case = of(interpreter="Polish", phones=(PhoneNumber(number=NUMBER, standing="dead"),))
    assert codes(case, at(19, hour=18)) == ["number!", "hours!", "interpreter"]


# A call that was made all the same


def contacted(story: Story, action: LogCall | LogContact, now: datetime = NOW) -> Contacted:
    what = story.does(action, now).events[0].what
    assert isinstance(what, Contacted)
    return what


def test_a_call_against_policy_is_logged_with_what_stood_against_it() -> None:
    """It happened. Seen red with: refused; and with warnings in it."""
    story = Story(an_account(person=a_person(interpreter="Polish")))
    story.does(LogCall(outcome="NO_ANS"))
    event = contacted(story, LogCall(outcome="NO_ANS"), at(19, hour=11))
    assert event.against == ("too-soon",)
    assert event.summary() == "call out  no answer  against contact policy (too-soon)"


def test_a_call_of_theirs_is_never_against_policy() -> None:
    """Seen red with: the direction not looked at."""
    story = Story()
    story.does(LogCall(outcome="NO_ANS"))
    assert contacted(story, LogCall(outcome="HANGUP", direction="in"), at(19, hour=18)).against == ()


def test_a_message_of_ours_is_judged_by_its_channel() -> None:
    evening = at(19, hour=21)
    assert contacted(Story(), LogContact(channel="sms", outcome="SENT", direction="out"), evening).against == ("hours",)
    assert contacted(Story(), LogContact(channel="letter", outcome="SENT", direction="out"), evening).against == ()
    note = "wrote at night that she has paid"
    assert contacted(Story(), LogContact(channel="sms", outcome="WROTE", note=note), evening).against == ()


def test_a_message_whose_direction_is_not_given_goes_where_its_outcome_says() -> None:
    """In JSON as in the form: a text that was sent is ours and judged so, a form is only asked. Seen red with: every message
    without a direction one of theirs."""
    sent = LogContact.model_validate_json('{"kind":"contact","channel":"sms","outcome":"SENT"}')
    event = contacted(Story(), sent, at(19, hour=21))
    assert (event.direction, event.against) == ("out", ("hours",))
    came = LogContact(channel="sms", outcome="WROTE", note="wrote at night that she has paid")
    assert contacted(Story(), came, at(19, hour=21)).direction == "in"
    assert contacted(Story(), sent.model_copy(update={"direction": "in"}), at(19, hour=21)).direction == "in"


@given(st.lists(st.integers(0, 8 * 24 * 60), max_size=12), st.integers(0, 24 * 60))
def test_time_that_passes_lifts_every_limit_on_how_often(minutes: list[int], later: int) -> None:
    """Eight days after the last contact nothing about its number or times is left."""
    start = at(2, hour=0)
    case = called(*(start + timedelta(minutes=n) for n in sorted(minutes)))
    now = start + timedelta(days=16, minutes=later)
    often = {"calls-today!", "calls-this-week!", "too-soon!", "spoke-today!", "texts!"}
    assert not often & {*codes(case, now), *codes(case, now, "sms")}

"""What stands beside a form of terms while it is typed, as lines of text. Law page, sections 1.2 and 7.4."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from casework.actions.means import TakeMeans
from casework.actions.promise import MakePromise
from casework.case import Case, LastStep
from casework.refusals import Reason
from casework.staff import Staff
from casework.views import Preview
from tests.cases import FINES_OFFICER, OFFICER, TODAY, Story, an_account, situation, weekly
from tui.terms_view import projected, proposal, shown, typed_proposal
from tui.widgets.cells import cells
from tui.widgets.lines import Line

BEHIND = Story(an_account(terms=weekly())).case
"""£240.00 at £20.00 a week, £220.00 behind."""
AHEAD = Story(an_account(terms=weekly(2_000, date(2026, 11, 26)))).case
"""£240.00 at £20.00 a week, of which nothing is due yet."""
TWENTY = {"amount_pence": "20", "every": "weekly", "start": "fri"}


def texts(lines: tuple[Line, ...]) -> list[str]:
    return ["".join(part.text for part in one).rstrip() for one in lines]


def beside(
    typed: Mapping[str, str],
    case: Case = BEHIND,
    width: int = 46,
    by: Staff = OFFICER,
    aside: Mapping[str, str] | None = None,
) -> list[str]:
    return texts(shown(typed, case, situation(actor=by), width, aside=aside))


def earns(spent: int, case: Case | None = None) -> Case:
    """Somebody with £1,000.00 a month who owes £240.00."""
    story = Story(an_account(terms=weekly()))
    story.does(TakeMeans(income_pence=100_000, housing_pence=spent))
    return story.case


# One proposal


def test_beside_the_form_stands_what_the_terms_come_to() -> None:
    """Seen red with: the arrears after left out; shown only once the reason is typed."""
    assert beside(TWENTY) == [
        "12 of £20.00 weekly",
        "20 Nov 2026 · 27 Nov 2026 · 4 Dec 2026 …",
        "last £20.00 on 5 Feb 2027, in 11 weeks",
        "behind £220.00 now, nothing after",
        "no means form: what is left is not known",
        "✓ you may agree these",
        "then: not enforced automatically; appeal until",
        "  Thu 3 Dec 2026; settled by new terms: new",
        "  account, make first contact",
    ]


def test_under_the_form_stands_the_same_on_four_lines() -> None:
    """80x24 has room for four: the sums first, then the verdict. Seen red with: the verdict last, so that it was cut off."""
    assert beside(TWENTY, width=80) == [
        "12 of £20.00 weekly · last £20.00 on 5 Feb 2027, in 11 weeks",
        "✓ you may agree these",
        "behind £220.00 now, nothing after · no means form: what is left is not known",
        "then: not enforced automatically; appeal until Thu 3 Dec 2026; settled by new",
    ]
    assert len(beside({**TWENTY, "amount_pence": "4", "every": "monthly"}, width=80)) <= 4


def test_a_lump_sum_and_all_of_it_by_a_day_read_as_such() -> None:
    lump = {**TWENTY, "amount_pence": "100+20", "lump_sum_by": "tue"}
    assert beside(lump)[:3] == [
        "£100.00, and 7 of £20.00 weekly",
        "20 Nov 2026 · 24 Nov 2026 · 27 Nov 2026 …",
        "last £20.00 on 1 Jan 2027, in 6 weeks",
    ]
    assert beside({"amount_pence": "28/2"})[0] == "£240.00 in full by Sun 28 Feb 2027"
    assert beside({**TWENTY, "amount_pence": "240"})[0] == "one instalment of £240.00"


def test_who_is_not_behind_is_told_so() -> None:
    assert "not behind now, nor after" in beside({**TWENTY, "start": "26/11"}, AHEAD)


def test_what_they_can_afford_stands_beside_it() -> None:
    """£100.00 a month left is £23.07 a week. Seen red with: the share of a month's surplus; the mark left to the colour."""
    affords = earns(90_000)
    assert beside(TWENTY, affords)[4:6] == [
        "£23.07 weekly left: takes 87 % of it",
        "suggest £5.00 weekly: the least agreed here",
    ]
    assert "£23.07 weekly left: ! takes 105 % of it" in beside({**TWENTY, "amount_pence": "24"}, affords)
    nothing = beside(TWENTY, earns(100_000))
    assert "£0.00 weekly left: ! nothing is left" in nothing
    assert "none suggested: less than £5.00 a week is left" in nothing
    assert "£100.00 monthly left, by means of 19 Nov 2026" in beside({"amount_pence": "28/2"}, affords)


def test_the_suggestion_stands_there_before_anything_is_typed() -> None:
    assert beside({"amount_pence": ""}, earns(90_000)) == [
        "£23.07 weekly left, by means of 19 Nov 2026",
        "suggest £5.00 weekly: the least agreed here",
    ]
    assert beside({}) == ["no means form: what is left is not known"]


def test_every_rule_that_refuses_is_named_with_its_source_and_who_may() -> None:
    """£4.00 a week of £240.00: too little, and 60 weeks. Each source once. Seen red with: the first reason alone."""
    words = " ".join(" ".join(beside({**TWENTY, "amount_pence": "4"})).split())
    assert "✗ for the fines officer to agree an officer agrees no instalment under £5.00 weekly" in words
    assert "clear within 12 months, so by 19 Nov 2027; these clear on 7 Jan 2028" in words
    assert words.count("our own choice (law page 7.4") == 1
    for_her = beside({**TWENTY, "amount_pence": "4"}, by=FINES_OFFICER)
    assert "✓ you may agree these" in for_her


def test_only_the_court_may_where_there_is_no_collection_order() -> None:
    case = Story(an_account(terms=weekly(), collection_order=False)).case
    words = " ".join(" ".join(beside(TWENTY, case, 80)).split())
    assert "✗ for the court to agree: there is no collection order: only the court may set its terms" in words
    assert "Courts Act 2003 Sch 5" in words


def test_worse_terms_want_the_payer_s_consent() -> None:
    """£40.00 a week where £20.00 is due. With consent they are the officer's. Seen red with: refused with consent too."""
    more = {**TWENTY, "amount_pence": "40", "start": "26/11"}
    assert "✗ only with their consent" in beside(more, AHEAD)
    assert "✓ you may agree these" in beside({**more, "consent": "yes"}, AHEAD)


def test_a_day_that_has_passed_is_for_nobody() -> None:
    words = beside({**TWENTY, "start": "2026-11-18"})
    assert "✗ not to be agreed" in words and "Wed 18 Nov 2026 has passed" in words


def test_terms_that_never_pay_it_off_say_why() -> None:
    words = " ".join(" ".join(beside({**TWENTY, "amount_pence": "1p", "every": "monthly"})).split())
    assert words.startswith("£0.01 monthly from 20 Nov 2026") and "does not pay off £240.00" in words


def test_what_agreeing_ends_is_told_before_it_is_done() -> None:
    """The step, and the promise. Seen red with: the step kept out of it."""
    story = Story(an_account(terms=weekly(), last_step=LastStep(code="FSN", on=TODAY)))
    story.does(MakePromise(amount_pence=2_000, due=date(2026, 11, 24), method="card"))
    words = " ".join(" ".join(beside(TWENTY, story.case)).split())
    assert "FSN is no longer the last step; £20.00 due 24 Nov 2026 superseded" in words


def test_what_the_store_alone_knows_is_added() -> None:
    """What is still to be typed is not: that stands in the form. Seen red with: “Because is needed” among the refusals."""
    one = typed_proposal(TWENTY, BEHIND, situation())
    assert one is not None

    def told(*codes: str) -> list[str]:
        reasons = tuple(Reason(code=code, message=f"{code}!") for code in codes)
        preview = Preview(events=(), balance_pence=24_000, refusals=reasons)
        return texts(projected(one, BEHIND, situation(), 46, preview))

    assert "✓ you may agree these" in told("needed", "ask-instead")
    assert told("forbidden")[5:7] == ["✗ not as things are", "forbidden!"]


def test_in_a_call_the_terms_stand_under_their_own_name() -> None:
    answers = {"terms.amount_pence": 2_000, "terms.every": "weekly", "terms.start": date(2026, 11, 20)}
    one = proposal(answers, BEHIND, situation(), "terms.")
    assert one is not None and one.comes_to is not None and one.comes_to.count == 12
    assert proposal(answers, BEHIND, situation()) is None


# Two proposals


def test_two_proposals_stand_side_by_side_and_differences_are_marked() -> None:
    """Seen red with: the mark on every line; the two the wrong way round."""
    case = earns(90_000)
    found = beside(TWENTY, case, aside={**TWENTY, "amount_pence": "10"})
    assert found == [
        "            aside            now",
        "≠ pays      £10.00 weekly    £20.00 weekly",
        "≠ clear     30 Apr 2027      5 Feb 2027",
        "≠ takes     44 % of it       87 % of it",
        "  agreed by you              you",
        "≠ payments  24               12",
        "≠ last      £10.00           £20.00",
        "  first     20 Nov 2026      20 Nov 2026",
        "≠ to wait   5 months         11 weeks",
    ]


def test_under_a_form_four_lines_of_two_proposals_are_enough() -> None:
    found = beside(TWENTY, width=80, aside={**TWENTY, "amount_pence": "4"})
    assert [one[:12].strip() for one in found] == ["≠ pays", "≠ clear", "takes", "≠ agreed by"]
    assert found[0].split() == ["≠", "pays", "aside:", "£4.00", "weekly", "now:", "£20.00", "weekly"]
    assert found[3].split() == ["≠", "agreed", "by", "fines", "officer", "you"]


def test_beside_what_was_set_aside_an_unfinished_one_is_blank() -> None:
    """Nothing differs until there is something to differ. Seen red with: everything marked as different."""
    found = beside({"amount_pence": "full"}, aside=TWENTY)
    assert all(one.endswith("–") and not one.startswith("≠") for one in found[1:])


@pytest.mark.parametrize("width", [46, 80, 99])
@pytest.mark.parametrize("amount", ["20", "4", "1234567.89+99.99", "28/2", "0.01"])
def test_no_column_is_wider_than_its_place(width: int, amount: str) -> None:
    typed = {**TWENTY, "amount_pence": amount, "lump_sum_by": "tue"}
    for one in shown({**typed}, earns(90_000), situation(), width, aside=TWENTY):
        assert cells("".join(part.text for part in one)) <= width


@pytest.mark.parametrize("amount", ["4", "20", "200", "100+20", "28/2"])
def test_beside_a_form_every_usual_line_is_whole(amount: str) -> None:
    """Seen red with: the weekday of the last instalment; “suggested” for “suggest”."""
    typed = {**TWENTY, "amount_pence": amount, "lump_sum_by": "tue"}
    assert max(map(cells, beside(typed, earns(90_000)))) <= 46

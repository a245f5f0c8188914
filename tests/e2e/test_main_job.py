"""The main job, through the installed program in a real terminal, and read back in a new process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.desks import account_line, desk, greenwax, number, real_store


@pytest.mark.parametrize(("width", "height"), [(120, 36), (80, 24)])
def test_an_officer_works_imported_accounts(tmp_path: Path, width: int, height: int) -> None:
    """Pull, read why, log a call with a promise, write a note, park, wrap up; each next case comes by itself.

    Seen red with: the claim not ended by a wrap-up; a case pulled without keeping its claim.
    """
    store = real_store(tmp_path, *(account_line(n) for n in range(1, 5)))
    with desk(tmp_path, store, width, height) as terminal:
        terminal.send("n")
        terminal.wait_for(f"K01-{number(1)}")
        terminal.wait_until_quiet()
        terminal.wait_for("NEXT BECAUSE")
        terminal.wait_for("new account, make first")
        terminal.send("o")
        terminal.wait_for("Note:")
        terminal.send("ring after six")
        terminal.press("f10")
        terminal.wait_for("Saved: ring after six")
        terminal.send("c")
        terminal.wait_for("On the line")
        terminal.send("s\rp50\r+7\r\r")
        terminal.wait_for("£50.00")
        terminal.press("f10")
        terminal.wait_for("identity was not asked")
        terminal.press("f10")
        terminal.wait_for(f"K01-{number(2)}")
        terminal.wait_until_quiet()
        terminal.wait_for(f"Saved: K01-{number(1)} call out · promised to pay")
        terminal.send("z")
        terminal.wait_for("Waiting for")
        terminal.send("+5\rpayslip\r")
        terminal.wait_for(f"K01-{number(3)}")
        terminal.wait_until_quiet()
        terminal.send("w")
        terminal.wait_for("Outcome")
        terminal.send("done")
        terminal.press("f10")
        terminal.wait_for(f"K01-{number(4)}")
        terminal.wait_until_quiet()
        terminal.send(":call noans\r")
        terminal.wait_for("nothing more is ready")
        terminal.send("Q")
        assert terminal.wait_for_exit() == 0

    first = greenwax(tmp_path, "show", number(1), "--store", store)
    assert [promise["amount_pence"] for promise in first["promises"]] == [5_000]
    assert first["contacts"][0]["outcome"] == "PTP"
    assert first["claim"] is None
    assert summaries(greenwax(tmp_path, "timeline", number(1), "--store", store, "--find", "ring")) == [
        "ring after six"
    ]
    second = greenwax(tmp_path, "show", number(2), "--store", store)
    assert second["tasks"][0]["parked_by"] is not None
    third = greenwax(tmp_path, "show", number(3), "--store", store)
    assert "first-contact" not in [task["kind"] for task in third["tasks"]]
    fourth = greenwax(tmp_path, "show", number(4), "--store", store)
    kinds = [task["kind"] for task in fourth["tasks"]]
    assert "call" in kinds and "first-contact" not in kinds
    assert greenwax(tmp_path, "audit", "verify", "--store", store)["ok"]
    assert greenwax(tmp_path, "store", "check", "--store", store)["ok"]


def summaries(entries: list[dict[str, Any]]) -> list[str]:
    return [entry["summary"] for entry in entries]


def test_the_first_run_makes_a_practice_office_and_says_so(tmp_path: Path) -> None:
    from tests.e2e.desks import environment, program
    from tests.e2e.terminal import Terminal

    with Terminal(program(), env=environment(tmp_path)) as terminal:
        terminal.wait_for("a practice office with", 30)
        terminal.wait_for("PRACTICE, nothing here is real")
        terminal.send("n")
        terminal.wait_for("NEXT BECAUSE")
        terminal.send("Q")
        terminal.wait_for("Before you go")
        terminal.send("back")
        terminal.press("f10")
        assert terminal.wait_for_exit() == 0
    assert greenwax(tmp_path, "queues")


def test_a_hang_up_keeps_what_was_typed_and_the_claim(tmp_path: Path) -> None:
    """Seen red with: `on_hangup` saving nothing; and with the claim released at the end."""
    store = real_store(tmp_path, account_line(1), account_line(2))
    with desk(tmp_path, store) as terminal:
        terminal.send("n")
        terminal.wait_for(f"K01-{number(1)}")
        terminal.send("o")
        terminal.wait_for("Note:")
        terminal.send("said her brother will pay")
        terminal.wait_for("brother will pay")
        terminal.hang_up()
        terminal.wait_for_exit()
    assert greenwax(tmp_path, "show", number(1), "--store", store)["claim"] is not None
    with desk(tmp_path, store) as terminal:
        terminal.wait_for("you still have")
        terminal.send("n")
        terminal.wait_for(f"K01-{number(1)}")
        terminal.wait_for("is kept")
        terminal.send("o")
        terminal.wait_for("said her brother will pay")
        terminal.press("f10")
        terminal.wait_for("Saved: said her brother will pay")


def test_find_opens_a_whole_number_without_enter(tmp_path: Path) -> None:
    store = real_store(tmp_path, account_line(1), account_line(2))
    with desk(tmp_path, store) as terminal:
        terminal.send(number(2).lower())
        terminal.wait_for(f"K01-{number(2)}")
        terminal.wait_for("nobody is working it")
        terminal.send("/payer1\r")
        terminal.wait_for("1 found")
        terminal.send("\r")
        terminal.wait_for(f"K01-{number(1)}")
        terminal.wait_for("nobody is working it")


def test_what_cannot_be_done_says_why(tmp_path: Path) -> None:
    store = real_store(tmp_path, account_line(1))
    with desk(tmp_path, store) as terminal:
        terminal.send(number(1))
        terminal.wait_for("nobody is working it")
        terminal.send("w")
        terminal.wait_for("Refused: you have not pulled this case")
        terminal.send("p")
        terminal.wait_for("Amount")
        terminal.send("500\r+30\r\r")
        terminal.wait_for("only £101.00 is owed")
        terminal.wait_for("14 days ahead at most")


def test_a_second_desk_on_the_store_is_told_who_holds_it(tmp_path: Path) -> None:
    store = real_store(tmp_path, account_line(1))
    with desk(tmp_path, store) as terminal:
        answer = greenwax(tmp_path, "queues", "--store", store, exit_code=7)
        assert str(terminal.pid) in answer["error"]["reasons"][0]["message"]


@pytest.mark.parametrize(("width", "height"), [(120, 36), (80, 24)])
def test_a_caller_s_details_terms_and_card_are_saved_from_the_keyboard(tmp_path: Path, width: int, height: int) -> None:
    """In one burst a form: an address; terms that only the court may change; a card; a marker from a word in quick entry.

    Seen red with: the request refused for want of the claim; the card saved into the form that was open.
    """
    store = real_store(tmp_path, account_line(1, collection_order=False))
    with desk(tmp_path, store, width, height) as terminal:
        terminal.send("n")
        terminal.wait_for(f"K01-{number(1)}")
        terminal.wait_until_quiet()
        terminal.wait_for("behind")
        terminal.send("a1 High Street\rdy102ab")
        terminal.press("f10")
        terminal.wait_for("Saved: address: 1 High Street")
        terminal.send("k")
        terminal.wait_for("Saved: payment card asked for")
        terminal.send("t2\rw+8\rj")
        terminal.wait_for("F10 again saves it as")
        terminal.press("f10")
        terminal.wait_for("Saved: terms asked of the court")
        terminal.send(":marker\r")
        terminal.wait_for("Marker")
        terminal.send("bereav\rher father\r\r\r")
        terminal.wait_for("Saved: marker vulnerable: bereavement")

    case = greenwax(tmp_path, "show", number(1), "--store", store)
    assert case["person"]["addresses"][0]["postcode"] == "DY10 2AB"
    assert case["card_asked_on"] is not None
    assert case["request"]["terms"]["amount_pence"] == 200
    assert [one["code"] for one in case["markers"]] == ["bereavement"]

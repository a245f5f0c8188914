"""Keys that somebody chose: laid over the registry, or refused with every reason when the desk opens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.refusals import Refused
from greenwax import config
from tui import key_names
from tui.commands import STANDARD
from tui.keymap import chosen, clashes
from tui.registry import Registry

FILE = "/home/ann/config.toml"


def with_keys(**keys: str | Sequence[str]) -> Registry:
    named = {name.replace("_", "-"): [keys] if isinstance(keys, str) else keys for name, keys in keys.items()}
    return chosen(STANDARD, named, FILE)


def refused(**keys: str | Sequence[str]) -> list[str]:
    with pytest.raises(Refused) as found:
        with_keys(**keys)
    return [reason.message for reason in found.value.reasons]


def test_a_key_takes_the_place_of_the_standard_one() -> None:
    """Seen red with: the new key beside the old one."""
    made = with_keys(promise="j", park=["Z", "alt+z"])
    assert made.named("promise").keys == ("j",)
    assert made.named("park").keys == ("Z", "Alt+z")
    assert made.changed_from(STANDARD) == {"promise": "j", "park": "Z,alt+z"}


def test_two_commands_may_change_places() -> None:
    """Seen red with: every key of the registry taken."""
    made = with_keys(promise="t", terms="p")
    assert (made.named("promise").key, made.named("terms").key) == ("t", "p")


def test_function_keys_keep_their_meaning() -> None:
    """They stay beside what is chosen, and nobody else gets them. Seen red with: `_stays` false for F5."""
    assert with_keys(refresh="j", next="F8").named("refresh").keys == ("j", "F5")
    assert with_keys(help="?").named("help").keys == ("?", "F1")
    for number in range(1, 13):
        assert refused(promise=f"f{number}") == [
            f"{FILE}: keys.promise: “F{number}” means the same at every desk",
        ]


def test_ctrl_c_always_says_how_the_desk_is_left() -> None:
    """Seen red with: `_stays` for function keys alone."""
    assert with_keys(leaving="j").named("leaving").keys == ("j", "Ctrl+C")
    assert "the signal to stop" in refused(promise="ctrl+c")[0]


@pytest.mark.parametrize("key", ["ctrl+enter", "ctrl+shift+p", "shift+f5", "ctrl+1", "Alt+Up", "super+p", "ctrl+alt+p"])
def test_a_chord_that_some_terminals_cannot_send_is_refused(key: str) -> None:
    """Seen red with: every chord accepted that Textual has a name for."""
    assert refused(promise=["j", key]) == [f"{FILE}: keys.promise: “{key}” is a chord that some terminals cannot send"]


@pytest.mark.parametrize("key", ["alt+j", "£"])
def test_a_key_that_not_all_have_stands_beside_another(key: str) -> None:
    """Seen red with: `everywhere` true of Alt."""
    assert "put a letter beside it" in refused(promise=key)[0]
    assert with_keys(promise=[key, "j"]).named("promise").keys[1] == "j"


@pytest.mark.parametrize("key", ["", "pp", "hyper", "F13", "\x1b", " ", "\n", "ctrl+i", "ctrl+m", "ctrl+h", "ctrl+z"])
def test_what_is_no_key_of_its_own_is_refused(key: str) -> None:
    """Ctrl and I are Tab to a terminal. Seen red with: `_SAME_BYTE` not asked."""
    assert refused(promise=key)


@pytest.mark.parametrize("key", [*"0123456789", "Enter", "Tab", "Esc", "Up", "Ctrl+S", "ctrl+u", "PgUp"])
def test_what_a_form_a_list_or_a_find_answers_to_cannot_be_chosen(key: str) -> None:
    """Seen red with: digits taken for any other character."""
    assert "is taken: " in refused(promise=key)[0]


def test_what_cannot_be_chosen_in_one_place_may_be_in_another() -> None:
    """`/` goes to the box of the find screen; there is no promise there. Seen red with: `_comes_first` always true."""
    assert with_keys(find="j", promise="/").named("promise").keys == ("/",)


def test_a_command_that_there_is_not_and_a_key_that_is_no_command_are_refused() -> None:
    """Seen red with: unknown ids passed over."""
    assert refused(promis="j") == [f"{FILE}: keys.promis: there is no such command; docs/keys.md lists them"]
    assert refused(save="j") == [f"{FILE}: keys.save: F10 Ctrl+S is the same at every desk"]
    assert "name a key" in refused(promise=[])[0]


def test_two_commands_on_one_key_are_refused_with_both_named() -> None:
    """Seen red with: the clash found and only one of them named."""
    (said,) = refused(promise="t")
    assert said == (
        f"{FILE}: keys.promise: on a case “t” is the key of terms (terms) as well as of promise (promise); "
        "give one of them another"
    )
    assert "palette" in refused(palette="n")[0]


def test_one_key_may_mean_two_things_in_two_places() -> None:
    """Seen red with: keys compared wherever they are."""
    assert with_keys(away="p").named("away").keys == ("p",)


def test_every_fault_is_told_at_once() -> None:
    """A command whose keys are wrong clashes with nothing besides: its standard ones are free for the note. Seen red with:
    the standard keys left to what is wrong."""
    told = refused(promise=["7", "shift+f1"], nonsense="x", note="p", wrap_up="c", next="tab")
    assert [line.split(": ")[1] for line in told] == [
        *("keys.promise", "keys.promise", "keys.nonsense", "keys.next", "keys.wrap-up")
    ]


IDS = st.sampled_from([one.id for one in STANDARD.commands])
KEYS = st.sampled_from([*"abcnptxyzQ7?/£$ ", "F1", "F5", "f8", "F11", "alt+n", "alt+2", "ctrl+p", "ctrl+g", "Esc", ""])


@given(keys=st.dictionaries(IDS, st.lists(KEYS, max_size=3), max_size=6))
def test_what_is_accepted_has_no_clash_and_a_key_that_everybody_has(keys: Mapping[str, Sequence[str]]) -> None:
    """Seen red with: clashes looked for before the keys are laid over."""
    try:
        made = chosen(STANDARD, keys, FILE)
    except Refused:
        return
    assert not list(clashes(made))
    for mine, theirs in zip(made.commands, STANDARD.commands, strict=True):
        assert not mine.keys or any(map(key_names.everywhere, mine.keys)) or mine.keys == theirs.keys
        assert {key for key in theirs.keys if key[0] == "F"} <= {*mine.keys}


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    file = tmp_path / "greenwax" / "config.toml"
    file.parent.mkdir()
    return file


def test_keys_are_read_from_the_persons_own_file(own: Path) -> None:
    """One, or a list. Seen red with: `[keys]` refused as an unknown setting."""
    assert config.load().keys == {}
    own.write_text('[keys]\npromise = "j"\npark = ["Z", "Alt+z"]\n', "utf-8")
    settings = config.load()
    assert settings.keys == {"promise": ("j",), "park": ("Z", "Alt+z")}
    assert chosen(STANDARD, settings.keys, str(settings.own)).named("promise").keys == ("j",)


@pytest.mark.parametrize("value", ["1", "true", "[1]", "{ a = 1 }"])
def test_a_key_that_is_no_text_is_refused_by_name(own: Path, value: str) -> None:
    """Seen red with: the value taken as it is."""
    own.write_text(f"[keys]\npromise = {value}\n", "utf-8")
    with pytest.raises(Refused) as found:
        config.load()
    assert str(own) in str(found.value) and "keys.promise" in str(found.value)

"""What somebody may mean by what they type into the one search box.

A text is read in every way it can be read: `24000731` is the beginning of an account number, a reference, and the end of a
telephone number. Names may stand together with a postcode, or a date or year of birth, which then narrow them:
`smith dy10`, `khan 14/3/1984`, `khan 1984`. Nothing here looks at a case; `casework.search` says which cases fit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from typing import Literal, NamedTuple

from casework.clean import MARK, MOST_IN_LINE, clean_line
from casework.dates import months_after, parse_date
from casework.people import fold
from casework.refusals import Refused

Kind = Literal[
    "account", "national-insurance", "phone", "outward", "postcode", "born", "year", "vehicle", "email", "reference"
]
"""What a case can be found by besides names. `outward` is the first half of a postcode, `year` that of the birth."""

BEGUN: frozenset[Kind] = frozenset({"account", "national-insurance", "phone", "postcode"})
"""Those that are found by how they begin, or a telephone number by how it ends; the others are found whole only."""

LEAST_OF_PHONE = 6
"""Digits that somebody remembers of a number."""

_LEAST_OF_REFERENCE = 3


class Wanted(NamedTuple):
    """One thing typed, in the form in which it is compared."""

    kind: Kind
    value: str
    unit: str | None = None
    """Of an account number, if it was typed."""
    letter: str | None = None
    """The check letter of an account number, if it was typed."""


class Reading(NamedTuple):
    """One way to read a text: a name in which every one of `words` occurs, and facts that must hold besides."""

    words: tuple[str, ...] = ()
    facts: tuple[Wanted, ...] = ()


# In the form in which they are compared


def squeezed(text: str) -> str:
    """Letters and digits alone, in capitals: how references and numbers are compared whatever stands between."""
    capitals = text.upper()
    return capitals if capitals.isascii() and capitals.isalnum() else _BETWEEN_LETTERS.sub("", capitals)


_BETWEEN_LETTERS = re.compile(r"[^0-9A-Z]")
_EXTENSION = re.compile(r"[xX#]|ext")
_NO_DIGITS = re.compile(r"[^0-9]")
_BEFORE = re.compile(r"^(?:0044|44(?=0?\d{10}$)|00(?=[1-9]))?0?", re.ASCII)


def phone_value(text: str) -> str:
    """The digits of a telephone number from its end, without what may stand before it: +44, 0044, 44 or the nought.

    A number is compared from its end, because that is the part people remember.
    """
    digits = _NO_DIGITS.sub("", _EXTENSION.split(text, maxsplit=1)[0])
    return _BEFORE.sub("", digits, count=1)[::-1]


def reference_value(text: str) -> str:
    """A reference from its end, where those of one payer differ."""
    return squeezed(text)[::-1]


# The words of names

_NOT_IN_NAMES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "and"})
"""Said with a name, but seldom kept with it."""

_ALSO = {"limited": "ltd"}
_BETWEEN = re.compile(r"[^\w\s]+")


def name_word(text: str) -> str:
    """One word of a name as it is compared; empty when nothing of it is left."""
    plain = text.lower() if text.isascii() and text.isalpha() else fold(text).replace(" ", "")
    return _ALSO.get(plain, plain)


def name_words(text: str) -> tuple[str, ...]:
    """The words of a name as they are compared."""
    return tuple(word for one in text.split() if (word := name_word(one)))


def parts(token: str) -> tuple[str, ...]:
    """What a word with marks in it is made of, coarse and fine: of `O'Neill-Jones`, `oneill` and `jones`, `o` and `neill`."""
    if token.isalnum():
        return ()
    coarse = re.split(r"[-‐-―−/&.,]", token)
    return tuple(dict.fromkeys(word for one in (*coarse, *_BETWEEN.split(token)) if (word := name_word(one))))


# Reading


def readings(text: str, today: date) -> tuple[Reading, ...]:
    """Every way to read `text`, none twice; none when there is not a letter or digit in it.

    Raises:
        Refused: nothing, too little or too much was typed.
    """
    if len(text) > MOST_IN_LINE * 4 or len(text := clean_line(text).replace(MARK, " ").strip()) > MOST_IN_LINE:
        message = f"that is more than {MOST_IN_LINE} characters: type a number, a name, a postcode or a date of birth"
        raise Refused.because("too-long", message, field="text")
    if not text:
        raise Refused.because("empty", "type a number, a name, a postcode or a date of birth", field="text")
    said = fold(text).replace(" ", "")
    if len(said) == 1 and not said.isdecimal():
        raise Refused.because("too-little", "one letter finds too many: type two or more", field="text")
    found = [Reading(facts=(one,)) for one in _facts(text, today)]
    return tuple(dict.fromkeys([*found, *_narrowed(text, today), *_named(text)]))


def kinds(of: Sequence[Reading]) -> str:
    """What was looked for, for the access log: `name postcode`. Never what it was."""
    found = {fact.kind for one in of for fact in one.facts}
    return " ".join(sorted({*found, *(["name"] if any(one.words for one in of) else [])}))


_ACCOUNT = re.compile(r"(?:([A-Z][A-Z0-9]{1,3})[ -]+)?(\d[\d -]*)([A-Z])?", re.ASCII)
_NATIONAL_INSURANCE = re.compile(r"[A-Z]{2}\d{1,6}(?:(?<=\d{6})[A-D])?", re.ASCII)
_PHONE = re.compile(r"\+?[\d\s().-]+(?:\s?(?:[xX#]|ext\.?)\s?\d{1,6})?", re.ASCII)
_OUTWARD = re.compile(r"[A-Z]{1,2}\d(?:\d|[A-Z])?", re.ASCII)
_POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?(?:\d[A-Z]{0,2})?", re.ASCII)
_VEHICLE = re.compile(r"(?=.*\d)(?=.*[A-Z])[A-Z0-9]{2,7}", re.ASCII)
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


def _facts(text: str, today: date) -> Iterator[Wanted]:
    """What `text` may be as a whole, names apart."""
    if match := _ACCOUNT.fullmatch(re.sub(r"['’]", "", text.upper())):
        digits = squeezed(match[2])
        if len(digits) == 8 or (len(digits) < 8 and not match[3]):
            yield Wanted("account", digits, match[1], match[3])
    plain = squeezed(text)
    if _NATIONAL_INSURANCE.fullmatch(plain):
        yield Wanted("national-insurance", plain)
    if _PHONE.fullmatch(text) and len(phone_value(text)) >= LEAST_OF_PHONE:
        yield Wanted("phone", phone_value(text))
    yield from _births(text, today)
    yield from _postcodes(text)
    if _VEHICLE.fullmatch(plain):
        yield Wanted("vehicle", plain)
    if _EMAIL.fullmatch(bare := re.sub(r"^mailto:", "", text.lower()).strip("<>")):
        yield Wanted("email", bare)
    if len(plain) >= _LEAST_OF_REFERENCE and any(char.isdecimal() for char in plain):
        yield Wanted("reference", reference_value(text))


def _postcodes(text: str) -> Iterator[Wanted]:
    """A postcode, or how it begins; where it may be a whole first half, that as well: `DY1` is not `DY10`."""
    tight = re.sub(r"[\s.-]", "", text).upper()
    if _OUTWARD.fullmatch(tight):
        yield Wanted("outward", tight)
    if _POSTCODE.fullmatch(tight):
        yield Wanted("postcode", tight)


_COMPACT = re.compile(r"(\d{2})(\d{2})(\d{4}|\d{2})", re.ASCII)
_WITH_YEAR = re.compile(
    r"\d{4}-\d{2}-\d{2}|\d{1,2}([/.-])\d{1,2}\1(?:\d{4}|\d{2})|\d{1,2} ?[a-z]{3,9} ?(?:\d{4}|\d{2})", re.ASCII
)


def _births(text: str, today: date) -> Iterator[Wanted]:
    """A date of birth in any writing that has its year: `14/3/1984`, `14th march 84`, `14-Mar-1984`, `14031984`."""
    word = " ".join(text.lower().replace(",", " ").split())
    word = re.sub(r"^(\d{1,2})(?:st|nd|rd|th)\b(?: of)?", r"\1", word)
    word = re.sub(r"^([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)? (?=\d{4}$)", r"\2 \1 ", word)
    word = re.sub(r"^(\d{1,2})[-/. ]*([a-z]{3,9})[-/. ]*(?=\d)", r"\1 \2 ", word)
    word = re.sub(r"^(\d{1,2}) (\d{1,2}) (?=(?:\d{4}|\d{2})$)", r"\1/\2/", word)
    word = re.sub(r"^(\d{4})[/. ](\d{2})[/. ](?=\d{2}$)", r"\1-\2-", word)
    if match := _COMPACT.fullmatch(word):
        word = "/".join(match.groups())
    if _WITH_YEAR.fullmatch(word):
        with suppress(ValueError):
            born = parse_date(word, today, past=True)
            if born > today and not word.endswith(str(born.year)):  # of two digits; nobody is born after today
                born = months_after(born, -1200)
            yield Wanted("born", born.isoformat())


_YEAR = re.compile(r"(?:19|20)\d\d", re.ASCII)


def _years(text: str, today: date) -> Iterator[Wanted]:
    """A year of birth; it narrows a name, and finds nobody by itself."""
    if _YEAR.fullmatch(text) and int(text) <= today.year:
        yield Wanted("year", text)


def _named(text: str) -> Iterator[Reading]:
    """`text` as a name: as typed, taken apart at its marks, and with two words written as one (`mc donald`)."""
    if not any(char.isalpha() for char in text) or "@" in text:
        return
    words = _without_titles(name_words(text))
    apart = _without_titles(name_words(_BETWEEN.sub(" ", text)))
    joined = [(*words[:n], words[n] + words[n + 1], *words[n + 2 :]) for n in range(min(len(words), 5) - 1)]
    yield from (Reading(words=one) for one in (words, apart, *joined) if len("".join(one)) > 1)


def _without_titles(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one for one in words if one not in _NOT_IN_NAMES) or words


def _narrowed(text: str, today: date) -> Iterator[Reading]:
    """A date or year of birth or a postcode, or both, among the words of a name; or a date and a postcode alone."""
    tokens = text.split()
    births = [
        *_taken_out(tokens, lambda span: _births(span, today)),
        *_taken_out(tokens, lambda span: _years(span, today)),
    ]
    for facts, rest in [*births, *_taken_out(tokens, _postcodes)]:
        further = _taken_out(rest, _postcodes) if facts[0].kind in ("born", "year") else ()
        for more, others in [([], rest), *further]:
            words = _without_titles(name_words(" ".join(others)))
            both = [(one, two) for one in facts for two in more] if more else [(one,) for one in facts]
            if words or (more and facts[0].kind != "year"):
                yield from (Reading(words, one) for one in both)


def _taken_out(tokens: list[str], read: Callable[[str], Iterator[Wanted]]) -> Iterator[tuple[list[Wanted], list[str]]]:
    """What up to three words together are, and the other words; the longest such run, and no other."""
    for size in (3, 2, 1):
        for at in range(len(tokens) - size + 1):
            if found := list(read(" ".join(tokens[at : at + size]))):
                yield found, tokens[:at] + tokens[at + size :]
                return

"""The practice office: a store full of invented cases, on which anybody may learn, demonstrate, measure or break things.

Every case is lived from its opening to ten o'clock of the as-of morning, through the same actions and the same `commit` as
real work: money comes in, officers ring, promises are kept or broken, the calendar takes its turn. Only days on which
something happens are visited. So that there is work for everybody, each case has a `Card` that says how it stands that
morning: the case lives freely up to a last scene, which the card plays.

Nothing depends on the real clock or on anything but the arguments: the same arguments make the same bytes.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import NamedTuple

from api_client.local_store import LocalStore
from api_client.practice_people import (
    METHODS,
    Habit,
    Payment,
    make_impositions,
    make_organisation,
    make_person,
    make_terms,
    material,
    payments,
    pick,
    reference,
)
from casework.accounts import CaseId, case_id, check_letter
from casework.actions.calendar import RunCalendar, wakes_on
from casework.actions.call import LogCall
from casework.actions.declare import Action
from casework.actions.note import WriteNote
from casework.actions.promise import Given
from casework.actions.receipt import TakeReceipt
from casework.actions.work import Park, Skip, WrapUp
from casework.commit import Commit, commit, open_case
from casework.dates import LONDON, UTC, Calendar, format_day, london_date
from casework.history import Event
from casework.money import format_money
from casework.opening import Account
from casework.people import Name
from casework.promises import Promise, last_day
from casework.queues import rows
from casework.reference import Tables
from casework.situation import Facts, Situation
from casework.staff import Role, Staff
from casework.tasks import Task

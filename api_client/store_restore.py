"""A store from a backup: unpacked in a private folder, opened, its chains walked, and only then fit to be moved into place."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from api_client import audit
from api_client.local_store import LocalStore
from api_client.store_backup import NotABackup, Progress, manifest_of, unpack
from api_client.store_errors import StoreTooNew
from api_client.store_format import FORMAT
from casework.reference import Tables


@dataclass(frozen=True, slots=True)
class Restored:
    """What a backup held."""

    kind: str
    cases: int
    events: int
    made_at: datetime


def restore(file: Path, folder: Path, tables: Tables, progress: Progress) -> Restored:
    """Make the new `folder` the store that `file` holds, of today's format, with every chain in it walked.

    Raises:
        NotABackup: and `folder`, which may hold a part of it, is the caller's to throw away.
        StoreTooNew, StoreNotMigrated, StoreDamaged, OSError.
    """
    if (known := manifest_of(file).format) > FORMAT:
        raise StoreTooNew(
            f"it holds a store of format {known}, which a newer version of Greenwax wrote; restore it with that"
        )
    manifest = unpack(file, folder, progress)
    progress("the chains of its history are being walked")
    with closing(LocalStore(folder, tables)) as store:
        verdict = audit.verify(store)
    if not verdict.ok:
        raise NotABackup(f"the history in it is broken: {verdict.first_bad}")
    return Restored(manifest.kind, verdict.cases, verdict.events, manifest.made_at)

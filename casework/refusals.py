"""Why something cannot be done, in words for the person at the desk."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict

from casework.clean import clean_line


class Reason(BaseModel):
    """One reason: a stable code, a sentence for the officer, the field it is about, and the rule's source."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    code: str
    message: Annotated[str, AfterValidator(clean_line)]
    """May quote what was given, so it is cleaned as that is."""
    field: str | None = None
    source: str | None = None


class DeskError(Exception):
    """Something a desk will not or cannot do, with every reason found. `type` is stable; scripts may rely on it."""

    type: ClassVar[str] = "failed"
    title: ClassVar[str] = "This could not be done"

    def __init__(self, *reasons: Reason) -> None:
        super().__init__("; ".join(reason.message for reason in reasons))
        self.reasons = reasons

    @classmethod
    def because(cls, code: str, message: str, *, field: str | None = None, source: str | None = None) -> DeskError:
        """This error with a single reason."""
        return cls(Reason(code=code, message=message, field=field, source=source))


class Refused(DeskError):
    """A rule refuses it, or what was given is invalid. Nothing was written."""

    type = "refused"
    title = "Refused"


class Forbidden(DeskError):
    """This person may not."""

    type = "forbidden"
    title = "You may not do this"


class NotSignedIn(DeskError):
    """Nobody this store knows is asking."""

    type = "not-signed-in"
    title = "Not signed in"


class NotFound(DeskError):
    """No such case, or none this person may know of."""

    type = "not-found"
    title = "Nothing there"


class Ambiguous(DeskError):
    """The bare number is in use in several units."""

    type = "ambiguous"
    title = "Which unit?"


class ClaimedByAnother(DeskError):
    """Somebody else is working this case."""

    type = "claimed-by-another"
    title = "Somebody else is working this case"


class Busy(DeskError):
    """This person works another case already."""

    type = "busy"
    title = "You are working another case"


class ClaimLost(DeskError):
    """The claim has run out, or another has taken its place."""

    type = "claim-lost"
    title = "You no longer hold this case"


class Stale(DeskError):
    """The case changed, since it was read, in a part that this action depends on. The reasons are the differences."""

    type = "stale"
    title = "The case has changed"


class Unavailable(DeskError):
    """The store or the service cannot be reached or used now."""

    type = "unavailable"
    title = "Not available"


class Damaged(DeskError):
    """What is stored is not what was written. It was not touched."""

    type = "store-damaged"
    title = "The store is damaged"

"""Training courses and cultural activities: what is offered where and when, to whom, and who came."""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum


class CourseKind(StrEnum):
    """What is offered."""

    TRAINING = "training"
    CULTURE = "culture"


class CourseState(StrEnum):
    """How far a course has come."""

    AHEAD = "ahead"
    BEGUN = "begun"
    CANCELLED = "cancelled"


class CourseAction(StrEnum):
    """What somebody does about a course."""

    ENROL = "enrol"
    LEAVE = "leave"
    CANCEL = "cancel"
    TICK = "tick"


class Audience(StrEnum):
    """Who may come, of the area: everybody, or those whom the assistance record knows."""

    EVERYBODY = "everybody"
    HELPED = "helped"


@dataclass(frozen=True, slots=True)
class CourseDraft:
    """A course or activity as an official writes it down."""

    kind: CourseKind
    title_zh: str
    title_en: str
    #: Code of the area whose people may come.
    area_code: str
    #: Where it is held, in words.
    venue: str
    starts_at: dt.datetime
    minutes: int
    places: int
    audience: Audience


@dataclass(frozen=True, slots=True)
class CourseView:
    """A course or activity."""

    id: int
    ref: str
    kind: CourseKind
    title_zh: str
    title_en: str
    area_code: str
    venue: str
    starts_at: dt.datetime
    minutes: int
    places: int
    taken: int
    audience: Audience
    cancelled_at: dt.datetime | None
    cancelled_reason: str

    @property
    def village_code(self) -> str:
        """The area's code, under the name by which policy asks for it."""
        return self.area_code

    @property
    def ends_at(self) -> dt.datetime:
        """When it is over."""
        return self.starts_at + dt.timedelta(minutes=self.minutes)

    @property
    def left(self) -> int:
        """Places that nobody has taken."""
        return self.places - self.taken

    def title(self, locale: str) -> str:
        """Return the title in a language."""
        return self.title_zh if locale == "zh" or not self.title_en else self.title_en


@dataclass(frozen=True, slots=True)
class EnrolmentView:
    """A person of a household who has a place, as the household's page and card show it."""

    id: int
    course: CourseView
    member_ref: str
    name_masked: str = field(repr=False)
    #: None while nobody has ticked.
    attended: bool | None


@dataclass(frozen=True, slots=True)
class RosterLine:
    """A person on the list of a course."""

    enrolment_id: int
    name_masked: str = field(repr=False)
    household_id: int
    household_ref: str
    village_code: str
    attended: bool | None

"""What a household can offer without typing: the county's templates, and what it chooses of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from marketplace.kernel.words import N_
from marketplace.tours.values.kinds import Draw, ResourceKind, Role, Theme

#: What a price holds or leaves out, by code.
INCLUDED_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "guidance": N_("Somebody who shows how"),
        "tools": N_("Tools"),
        "materials": N_("Materials"),
        "harvest": N_("What you pick"),
        "meal": N_("A meal"),
        "breakfast": N_("Breakfast"),
        "supper": N_("Supper"),
        "drinks": N_("Drinks"),
        "bed": N_("A bed for the night"),
        "guide": N_("A guide"),
        "entry": N_("Entry"),
        "transport": N_("Transport"),
        "insurance": N_("Accident insurance"),
        "personal": N_("Anything personal"),
    }
)
#: Times of the day that a household chooses between.
TIME_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "morning": N_("Morning"),
        "afternoon": N_("Afternoon"),
        "lunch": N_("Lunch"),
        "supper": N_("Supper"),
        "check_in": N_("Check-in"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A kind of experience as the county describes it; `{place}` in its words is the village, or the site a narrator chooses."""

    code: str
    theme: Theme
    title_zh: str
    title_en: str
    story_zh: str
    story_en: str
    meeting_zh: str
    meeting_en: str
    minutes: int
    nights: int
    role: Role
    resource: ResourceKind
    draw: Draw
    seats: int
    most_seats: int
    guidance_low_fen: int
    guidance_high_fen: int
    #: What a child pays of an adult's price, in basis points.
    child_share_bp: int
    #: (part of the day, 'HH:MM' of the county's clock)
    times: Sequence[tuple[str, str]]
    included: Sequence[str]
    not_included: Sequence[str]
    picture: str
    policy: str
    cutoff_hours: int
    needs_site: bool

    def title(self, locale: str, place: str = "") -> str:
        """Return the title in a language, at a place."""
        return (self.title_en if locale == "en" else self.title_zh).replace("{place}", place).strip()

    def story(self, locale: str) -> str:
        """Return the story in a language."""
        return self.story_en if locale == "en" else self.story_zh

    @property
    def guidance(self) -> tuple[int, int]:
        """The county's range for an adult, in fen."""
        return self.guidance_low_fen, self.guidance_high_fen


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a household chose of a template. `weekdays` are ISO, Monday is 1."""

    template: str
    weekdays: Sequence[int]
    start_times: Sequence[str]
    weeks: int
    seats: int
    price_fen: int
    site_id: int | None = None

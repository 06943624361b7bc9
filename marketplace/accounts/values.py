"""Roles, grants and the person who acts, as other packages see them."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from marketplace.kernel.words import N_


class Role(StrEnum):
    """What somebody may be."""

    BUYER = "buyer"
    FARMER = "farmer"
    VILLAGE_OFFICIAL = "village_official"
    TASK_FORCE = "task_force"
    HELPER = "helper"
    PHOTOGRAPHER = "photographer"
    TOWNSHIP_OFFICIAL = "township_official"
    COUNTY_OFFICIAL = "county_official"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    RESELLER = "reseller"


#: Roles held on an area; the others are held everywhere or by a match, and carry none.
ON_AN_AREA = frozenset(Role) - {Role.BUYER, Role.FARMER, Role.RESELLER}
#: Roles whose holders work in the officials' pages.
OFFICE_ROLES = (
    Role.COUNTY_OFFICIAL, Role.TOWNSHIP_OFFICIAL, Role.VILLAGE_OFFICIAL, Role.TASK_FORCE, Role.AUDITOR, Role.ADMINISTRATOR,
    Role.HELPER, Role.PHOTOGRAPHER,
)  # fmt: skip

#: What a role is called.
ROLE_NAMES = {
    Role.BUYER: N_("Buyer"),
    Role.FARMER: N_("Farmer"),
    Role.VILLAGE_OFFICIAL: N_("Village official"),
    Role.TASK_FORCE: N_("Resident task force"),
    Role.HELPER: N_("Helper"),
    Role.PHOTOGRAPHER: N_("Village photographer"),
    Role.TOWNSHIP_OFFICIAL: N_("Township official"),
    Role.COUNTY_OFFICIAL: N_("County official"),
    Role.AUDITOR: N_("Auditor"),
    Role.ADMINISTRATOR: N_("Administrator"),
    Role.RESELLER: N_("Reseller"),
}


@dataclass(frozen=True, slots=True)
class Grant:
    """A role on an area and all below it."""

    role: Role
    area_code: str | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever signed in."""

    user_id: int
    name: str
    grants: tuple[Grant, ...] = ()
    household_ids: frozenset[int] = field(default_factory=frozenset)
    #: Households this person is named helper of today.
    helped_ids: frozenset[int] = field(default_factory=frozenset)

    def has(self, role: Role) -> bool:
        """Say whether the role is held anywhere; a matched household makes a farmer."""
        return any(grant.role == role for grant in self.grants) or (role == Role.FARMER and bool(self.household_ids))

    def areas_of(self, *roles: Role) -> tuple[str, ...]:
        """Return the codes of the areas on which any of the roles is held."""
        return tuple(sorted({grant.area_code for grant in self.grants if grant.role in roles and grant.area_code}))

    def may_act_in(self, village_code: str, *roles: Role) -> bool:
        """Say whether any of the roles is held on an area that covers the village."""
        return any(village_code.startswith(code) for code in self.areas_of(*roles))

    def of_households(self, household_ids: Iterable[int]) -> "Actor":
        """Return the same person with the households matched to them."""
        return replace(self, household_ids=frozenset(household_ids))

    def helping(self, household_ids: Iterable[int]) -> "Actor":
        """Return the same person with the households they are named helper of."""
        return replace(self, helped_ids=frozenset(household_ids))


@dataclass(frozen=True, slots=True)
class Origin:
    """Whence a guest sent something: network address, and the browser's own random name. What it asks for is counted by both."""

    address: str = field(repr=False)
    browser: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that has just begun. The token is known to the browser alone."""

    user_id: int
    token: str = field(repr=False)

"""Code lists of the assistance record."""

from enum import StrEnum


class Status(StrEnum):
    """How a household stood on a day."""

    REGISTERED = "registered"
    EXITED = "exited"
    MONITORED = "monitored"
    NONE = "none"


class EndedHow(StrEnum):
    """How a registration ended. Removed households were identified by mistake and are no exits."""

    EXITED = "exited"
    REMOVED = "removed"


class Origin(StrEnum):
    """Where a spell comes from."""

    REGISTER = "register"
    PROCEDURE = "procedure"


class Precision(StrEnum):
    """How exactly a date is known; `unknown` dates are the day of acceptance."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    UNKNOWN = "unknown"


class MonitoringKind(StrEnum):
    """Why a household is watched."""

    UNSTABLE_EXITED = "unstable_exited"
    BORDERLINE = "borderline"
    SUDDEN_HARDSHIP = "sudden_hardship"


class MeasureKind(StrEnum):
    """Kinds of help."""

    TRAINING = "training"
    AGRICULTURE = "agriculture"
    TOURISM = "tourism"
    CULTURE = "culture"
    ECOMMERCE = "ecommerce"
    MICROCREDIT = "microcredit"
    RELOCATION = "relocation"
    SOLAR = "solar"
    ECOLOGY_POST = "ecology_post"
    LAND_TRANSFER = "land_transfer"
    DIVIDENDS = "dividends"
    INFRASTRUCTURE = "infrastructure"
    HEALTH = "health"
    EDUCATION = "education"


class Guarantee(StrEnum):
    """The five guarantees a household must have."""

    FOOD_AND_CLOTHING = "food_and_clothing"
    EDUCATION = "education"
    HEALTH = "health"
    HOUSING = "housing"
    WATER = "water"


class LedgerCategory(StrEnum):
    """Categories of the year ledger; `per_capita_net` is the one figure the register declares."""

    WAGE = "wage"
    BUSINESS = "business"
    PROPERTY = "property"
    TRANSFER = "transfer"
    BUSINESS_EXPENDITURE = "business_expenditure"
    PER_CAPITA_NET = "per_capita_net"


class LineBasis(StrEnum):
    """What income a poverty line speaks of: net income to 2013, disposable income from 2014."""

    NET = "net"
    DISPOSABLE = "disposable"


class ImportState(StrEnum):
    """How far a register import has come. `refused` holds the findings of a file that imports nothing."""

    REFUSED = "refused"
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class StagedKind(StrEnum):
    """What an import would do with a household, or only lists."""

    NEW = "new"
    CHANGED = "changed"
    ABSENT = "absent"
    PERSON_ABSENT = "person_absent"
    HELD = "held"


class MaskedField(StrEnum):
    """Personal fields that a reason can uncover."""

    NAME = "name"
    ID_NUMBER = "id_number"
    PHONE = "phone"

"""Words for the record's codes, as msgids; the register's own words carry both languages themselves."""

from collections.abc import Mapping
from types import MappingProxyType

from marketplace.kernel.words import N_

STATUS: Mapping[str, str] = MappingProxyType(
    {
        "registered": N_("Registered"),
        "exited": N_("Left the register"),
        "monitored": N_("Watched"),
        "none": N_("Not on the register"),
    }
)
STATUS_KIND: Mapping[str, str] = MappingProxyType({"registered": "pink", "exited": "ok", "monitored": "wait", "none": "plain"})
ENDED: Mapping[str, str] = MappingProxyType({"exited": N_("Left the register"), "removed": N_("Struck off: entered by mistake")})
ORIGIN: Mapping[str, str] = MappingProxyType({"register": N_("From the register"), "procedure": N_("By procedure")})
MONITORING: Mapping[str, str] = MappingProxyType(
    {
        "unstable_exited": N_("Left the register, not stable"),
        "borderline": N_("On the border of poverty"),
        "sudden_hardship": N_("Sudden hardship"),
    }
)
MEASURE: Mapping[str, str] = MappingProxyType(
    {
        "training": N_("Training (Raindrop plan)"),
        "agriculture": N_("Agriculture"),
        "tourism": N_("Tourism"),
        "culture": N_("Culture"),
        "ecommerce": N_("Selling online"),
        "microcredit": N_("Microcredit"),
        "relocation": N_("Relocation"),
        "solar": N_("Solar power"),
        "ecology_post": N_("Ecology post"),
        "land_transfer": N_("Land transfer"),
        "dividends": N_("Dividends"),
        "infrastructure": N_("Infrastructure"),
        "health": N_("Health support"),
        "education": N_("Education support"),
    }
)
GUARANTEE: Mapping[str, str] = MappingProxyType(
    {
        "food_and_clothing": N_("Food and clothing"),
        "education": N_("Compulsory schooling"),
        "health": N_("Basic medical care"),
        "housing": N_("Safe housing"),
        "water": N_("Drinking water"),
    }
)
CATEGORY: Mapping[str, str] = MappingProxyType(
    {
        "wage": N_("Wages"),
        "business": N_("Own business"),
        "property": N_("Property"),
        "transfer": N_("Transfers"),
        "business_expenditure": N_("Business expenditure"),
        "per_capita_net": N_("Net income per head, as the register declares it"),
    }
)
BASIS: Mapping[str, str] = MappingProxyType({"net": N_("of net income"), "disposable": N_("of disposable income")})
PLATFORM: Mapping[str, str] = MappingProxyType(
    {
        "gross": N_("Gross"),
        "refunds": N_("Refunds"),
        "fees": N_("Fees"),
        "costs": N_("Declared costs"),
        "net": N_("Net"),
        "earned": N_("Earned"),
        "paid": N_("Paid out"),
    }
)
IMPORT_STATE: Mapping[str, str] = MappingProxyType(
    {
        "refused": N_("Not imported: rows with errors"),
        "proposed": N_("Waits for a second official"),
        "accepted": N_("Accepted"),
        "rejected": N_("Rejected"),
    }
)
IMPORT_KIND: Mapping[str, str] = MappingProxyType({"refused": "bad", "proposed": "wait", "accepted": "ok", "rejected": "plain"})
COUNTS: Mapping[str, str] = MappingProxyType(
    {
        "new": N_("New households"),
        "changed": N_("Changed households"),
        "unchanged": N_("Unchanged households"),
        "left_out": N_("Left out: rows with errors"),
        "held": N_("Not changed: a person must decide"),
        "absent": N_("Households not in the file"),
        "people_absent": N_("People not in the file"),
    }
)
CHANGES: Mapping[str, str] = MappingProxyType(
    {
        "people_joined": N_("people joined"),
        "people_changed": N_("facts of people"),
        "phone": N_("telephone"),
        "crops": N_("what it grows"),
        "registration": N_("registration"),
        "exit": N_("left the register"),
        "causes": N_("causes"),
        "helper": N_("helper"),
        "income": N_("declared income"),
        "village": N_("the file names another village"),
        "closed": N_("the record is closed"),
    }
)
FIELD: Mapping[str, str] = MappingProxyType({"name": N_("Full name"), "id_number": N_("ID number"), "phone": N_("Telephone")})

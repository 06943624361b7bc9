"""Words for sellers' and consents' codes, as msgids."""

from collections.abc import Mapping
from types import MappingProxyType

from marketplace.kernel.words import N_

SELLER_STATE: Mapping[str, str] = MappingProxyType(
    {
        "applied": N_("Waits for the village"),
        "reviewing": N_("Being looked at"),
        "approved": N_("May sell"),
        "suspended": N_("Stopped for now"),
        "closed": N_("Closed"),
    }
)
SELLER_STATE_KIND: Mapping[str, str] = MappingProxyType(
    {"applied": "wait", "reviewing": "wait", "approved": "ok", "suspended": "bad", "closed": "plain"}
)
SELLER_KIND: Mapping[str, str] = MappingProxyType(
    {
        "household": N_("Household"),
        "cooperative": N_("Cooperative"),
        "collective": N_("Village collective"),
        "enterprise": N_("Enterprise"),
    }
)
ACCOUNT_EVIDENCE: Mapping[str, str] = MappingProxyType(
    {
        "passbook": N_("The passbook"),
        "card": N_("The bank card"),
        "bank_letter": N_("A letter of the bank with its stamp"),
    }
)
CONSENT: Mapping[str, str] = MappingProxyType(
    {
        "name": N_("Buyers may see our name"),
        "photo": N_("Buyers may see our photo"),
        "listing": N_("A helper may list goods for us"),
    }
)

"""What a price holds and leaves out."""

from collections.abc import Mapping
from types import MappingProxyType

from marketplace.kernel.words import N_

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

"""Words for courses and activities."""

from collections.abc import Mapping
from types import MappingProxyType

from marketplace.kernel.words import N_

COURSE_KIND: Mapping[str, str] = MappingProxyType({"training": N_("Training course"), "culture": N_("Cultural activity")})
AUDIENCE: Mapping[str, str] = MappingProxyType(
    {"everybody": N_("Everybody of the area"), "helped": N_("Households on the assistance record")}
)

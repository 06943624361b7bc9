"""What `flask init` loads: the places of the county."""

from marketplace.areas.services import load_county

LOADERS = (load_county,)

"""What `flask init` loads: the poverty lines of the years that have one on record."""

from marketplace.assistance.services import load_poverty_lines

LOADERS = (load_poverty_lines,)

"""What `flask init` loads: poverty lines of the years that have one on record, and the first rules that recommend measures."""

from marketplace.assistance.services import load_measure_rules, load_poverty_lines

LOADERS = (load_poverty_lines, load_measure_rules)

"""What `flask init` loads: the poverty lines of the years that have one on record, and the first rules of help and of alerts."""

from marketplace.assistance.services import load_alert_rules, load_measure_rules, load_poverty_lines

LOADERS = (load_poverty_lines, load_measure_rules, load_alert_rules)

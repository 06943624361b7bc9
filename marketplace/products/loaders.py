"""What `flask init` loads: the county's kinds of goods, and the first notes on growing them."""

from marketplace.products.services import load_agronomy_notes, load_categories

LOADERS = (load_categories, load_agronomy_notes)

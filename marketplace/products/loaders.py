"""What `flask init` loads: the county's kinds of goods."""

from marketplace.products.services import load_categories

LOADERS = (load_categories,)

"""What `flask init` loads: what sending costs."""

from marketplace.orders.services import load_freight

LOADERS = (load_freight,)

"""Bank transfer, or cash at the collection point: people bring the money, two officials see it."""

import datetime as dt

from marketplace.kernel.words import N_
from marketplace.payments.values import OFFLINE, GatewayView, Holder
from marketplace.products.values import FEES_BP


class OfflineGateway:
    """Money that arrives at the county's own account. Nothing here answers by itself."""

    view = GatewayView(
        name=OFFLINE,
        label=N_("Bank transfer or cash"),
        explained=N_("Transfer the sum to the county's account within three days, or pay at the collection point."),
        who_holds=Holder.COUNTY,
        fee_bp=FEES_BP[1],
        hold=dt.timedelta(days=3),
    )

"""Tables of income. Frozen and append-only rows are guarded by the triggers in `ddl`."""

from marketplace.income.models.pools import (
    DistributedSale,
    Distribution,
    DistributionLine,
    LotContribution,
    MemberEquity,
    PooledLot,
)
from marketplace.income.models.sales import (
    Attribution,
    AttributionMovement,
    DeclaredCost,
    HolderTotal,
    StatementAnswer,
    StatementHead,
    VillageTotal,
)
from marketplace.income.models.settlements import (
    BankFile,
    BankResult,
    BankResultRow,
    Settlement,
    SettlementBatch,
    SettlementOmission,
)

__all__ = [
    "Attribution",
    "AttributionMovement",
    "BankFile",
    "BankResult",
    "BankResultRow",
    "DeclaredCost",
    "DistributedSale",
    "Distribution",
    "DistributionLine",
    "HolderTotal",
    "LotContribution",
    "MemberEquity",
    "PooledLot",
    "Settlement",
    "SettlementBatch",
    "SettlementOmission",
    "StatementAnswer",
    "StatementHead",
    "VillageTotal",
]

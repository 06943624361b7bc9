"""Where sellers' money is sent: an invented account for each, seen by the village and confirmed by the county."""

from marketplace.demo.state import Building
from marketplace.farmers import services as farmers
from marketplace.farmers.values import AccountEntry, AccountEvidence

_BANKS = ("示例农商行莲花支行", "示例邮政储蓄银行莲花支行", "示例村镇银行")


def number_of(seller_id: int) -> str:
    """Return the account number that a seller of the demonstration has."""
    return f"62000000000{seller_id:08d}"


def open_account(
    build: Building, seller_id: int, *, holder: str, official: int, number: str | None = None, turn: int = 1,
    is_confirmed: bool = True,
) -> None:  # fmt: skip
    """Put a seller's account on file: the village holds the passbook, one of the county confirms. `turn` counts them."""
    entry = AccountEntry(holder, _BANKS[seller_id % len(_BANKS)], number or number_of(seller_id), AccountEvidence.PASSBOOK)
    account = farmers.record_account(
        build.session, key=f"demo-account-{seller_id}-{turn}", seller_id=seller_id, entry=entry, by=official, sealer=build.sealer
    )
    if is_confirmed:
        farmers.confirm_account(build.session, account_id=account.id, by=build.posts().county[seller_id % 2])

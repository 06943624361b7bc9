"""Keys of their own for the households, and two requests for erasure that wait for officials."""

from marketplace.demo.state import Building
from marketplace.privacy import services as privacy


def keep_data(build: Building) -> None:
    """Let two people ask for erasure, and give every household its own key, as the sweep does little by little."""
    _ask_for_erasure(build)
    done = 0
    while count := privacy.reseal_households(build.session, sealer=build.sealer):
        done += count
    build.tell(f"privacy: {done} values sealed with the keys of their households")


def _ask_for_erasure(build: Building) -> None:
    """Let a buyer ask for erasure, and a household before an official; both wait."""
    buyer = next((one.user_id for one in build.buyers[1:] if one.user_id is not None), None)
    if buyer is not None:
        privacy.ask_for_erasure(build.session, by=buyer)
    outside = next((home for home in build.homes if not home.is_registered), build.homes[-1])
    privacy.file_erasure(build.session, by=build.posts().townships[outside.village_code[:9]], household_id=outside.id)

"""What is held, who asks for what, and the frozen values that pages and downloads show."""

from marketplace.privacy.values.erasure import DUTY_WORDS, STATE_KINDS, STATE_WORDS, Duty, ErasureLine, ErasureState, How
from marketplace.privacy.values.holdings import GROUND_WORDS, HOLDINGS, WHOSE_WORDS, Ground, Holding, Whose, holdings_of
from marketplace.privacy.values.sections import Section

__all__ = [
    "DUTY_WORDS",
    "GROUND_WORDS",
    "HOLDINGS",
    "STATE_KINDS",
    "STATE_WORDS",
    "WHOSE_WORDS",
    "Duty",
    "ErasureLine",
    "ErasureState",
    "Ground",
    "Holding",
    "How",
    "Section",
    "Whose",
    "holdings_of",
]

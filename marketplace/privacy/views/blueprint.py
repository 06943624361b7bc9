"""The one blueprint of this package's pages, and words that several of them show."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, render_template

from marketplace.kernel.crypto import Sealer
from marketplace.kernel.words import Say
from marketplace.privacy.values import DUTY_WORDS, GROUND_WORDS, STATE_KINDS, STATE_WORDS, WHOSE_WORDS

bp = Blueprint("privacy", __name__)


@dataclass(frozen=True)
class Words:
    """What states, duties, grounds and people are called."""

    states: Any
    kinds: Any
    duties: Any
    grounds: Any
    whose: Any


_WORDS = Words(STATE_WORDS, STATE_KINDS, DUTY_WORDS, GROUND_WORDS, WHOSE_WORDS)


def shown(template: str, page: Any, **more: Any) -> str:
    """Render a page of this package with its words."""
    return render_template(f"privacy/{template}.html", page=page, words=_WORDS, **more)


def sealer() -> Sealer:
    """Return what opens what is held."""
    found: Sealer = current_app.extensions["sealer"]
    return found


def say() -> Say:
    """Return how a sentence is said in a language."""
    found: Say = current_app.extensions["words"].said
    return found

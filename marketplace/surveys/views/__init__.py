"""Pages of surveys: the officials', and the questionnaire that people answer."""

from marketplace.kernel.words import N_
from marketplace.surveys.views import answering, build, codes, entry, imports, results
from marketplace.surveys.views.blueprint import READERS, bp
from marketplace.web.nav import NavItem, Section

OFFICE_NAV = (NavItem("surveys.surveys", N_("Surveys"), tuple(READERS), order=62, section=Section.PUBLIC),)

__all__ = ["OFFICE_NAV", "answering", "bp", "build", "codes", "entry", "imports", "results"]

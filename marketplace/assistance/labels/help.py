"""Words for what a household can do, for the rules that recommend measures, and for measures chosen."""

from collections.abc import Mapping
from types import MappingProxyType

from marketplace.kernel.words import N_

CAPACITY: Mapping[str, str] = MappingProxyType(
    {
        "farmland": N_("Farmland"),
        "woodland": N_("Woodland"),
        "pond": N_("Ponds"),
        "rooms": N_("Rooms free for guests"),
        "growing": N_("Growing rice, lotus or vegetables"),
        "tea": N_("Growing and making tea"),
        "fishing": N_("Keeping fish"),
        "bees": N_("Keeping bees"),
        "livestock": N_("Keeping poultry and animals"),
        "weaving": N_("Weaving bamboo, sewing, other handicraft"),
        "cooking": N_("Cooking for guests"),
        "guiding": N_("Telling stories of the place to visitors"),
        "performing": N_("Singing, playing, dragon dance"),
        "selling": N_("Selling by phone"),
        "driving": N_("Driving"),
        "building": N_("Building and carpentry"),
    }
)
#: How a condition is called on the page of the rules.
CONDITION: Mapping[str, str] = MappingProxyType(
    {
        "cause": N_("Cause on record"),
        "wish": N_("Wish on record"),
        "skill": N_("Skill on record"),
        "unmet": N_("Guarantee not met"),
        "workers_least": N_("People able to work, at least"),
        "workers_most": N_("People able to work, at most"),
        "part_workers_least": N_("People partly able to work, at least"),
        "youngest_worker_most": N_("Age of the youngest who can work, at most"),
        "youngest_least": N_("Age of the youngest person, at least"),
        "ill_least": N_("People ill for long or seriously, at least"),
        "disabled_least": N_("People with a disability, at least"),
        "students_least": N_("People at school, at least"),
        "schooling_least": N_("Best schooling among grown-ups, at least"),
        "schooling_most": N_("Best schooling among grown-ups, at most"),
        "farmland_least": N_("Farmland, at least"),
        "farmland_most": N_("Farmland, at most"),
        "woodland_least": N_("Woodland, at least"),
        "pond_least": N_("Ponds, at least"),
        "rooms_least": N_("Rooms free for guests, at least"),
        "crops_least": N_("Things it grows, at least"),
        "broadband_least": N_("Broadband in the village, at least"),
        "broadband_most": N_("Broadband in the village, at most"),
    }
)
#: The sentence in which a rule gives its reason; `found` is what it found, in the reader's language.
REASON: Mapping[str, str] = MappingProxyType(
    {
        "cause": N_("A cause on record: %(found)s"),
        "wish": N_("The household wishes it: %(found)s"),
        "skill": N_("A skill in the household: %(found)s"),
        "unmet": N_("A guarantee is not met: %(found)s"),
        "hands": N_("People able to work: %(found)s"),
        "no_hands": N_("Nobody is fully able to work (%(found)s)"),
        "few_hands": N_("Few are fully able to work: %(found)s"),
        "light_work": N_("People who can do light work: %(found)s"),
        "young": N_("The youngest who can work is %(found)s years old"),
        "old": N_("Everybody is %(found)s years old or older"),
        "ill": N_("People ill for long or seriously: %(found)s"),
        "disabled": N_("People with a disability: %(found)s"),
        "students": N_("People at school: %(found)s"),
        "schooled": N_("Best schooling among grown-ups: %(found)s"),
        "little_schooling": N_("No grown-up has more schooling than: %(found)s"),
        "farmland": N_("Farmland: %(found)s"),
        "little_farmland": N_("Only little farmland: %(found)s"),
        "woodland": N_("Woodland: %(found)s"),
        "pond": N_("Ponds: %(found)s"),
        "rooms": N_("Rooms free for guests: %(found)s"),
        "crops": N_("Things it grows already: %(found)s"),
        "broadband": N_("Broadband reaches %(found)s of the village's households"),
        "little_broadband": N_("Broadband reaches only %(found)s of the village's households"),
    }
)
PLAN_STATE: Mapping[str, str] = MappingProxyType(
    {
        "proposed": N_("Waits for the household's answer"),
        "agreed": N_("The household agreed"),
        "declined": N_("The household declined"),
        "withdrawn": N_("Taken back"),
    }
)
PLAN_KIND: Mapping[str, str] = MappingProxyType({"proposed": "wait", "agreed": "ok", "declined": "plain", "withdrawn": "plain"})
AGREED_HOW: Mapping[str, str] = MappingProxyType(
    {"in_person": N_("spoken before a witness"), "own_phone": N_("on its own phone")}
)
SIGNED_HOW: Mapping[str, str] = MappingProxyType(
    {"own_account": N_("Signed with its own account"), "by_hand": N_("Signed by hand, photo kept")}
)
RULES_STATE: Mapping[str, str] = MappingProxyType(
    {"proposed": N_("Waits for a second official"), "approved": N_("Approved by a second official"), "rejected": N_("Rejected")}
)
RULES_KIND: Mapping[str, str] = MappingProxyType({"proposed": "wait", "approved": "ok", "rejected": "plain"})

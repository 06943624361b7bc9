"""What deeds and objects of the trail are called; what is not here is shown by its own word."""

from marketplace.kernel.words import N_

ACTIONS = {
    "accounts.create": N_("Opened an account"),
    "accounts.rename": N_("Changed a name"),
    "accounts.set_password": N_("Set a password"),
    "accounts.set_active": N_("Closed or reopened an account"),
    "accounts.sign_in": N_("Signed in"),
    "accounts.end_sessions": N_("Signed out every device"),
    "accounts.grant_role": N_("Granted a role"),
    "accounts.revoke_role": N_("Ended a role"),
    "assistance.visit": N_("Noted a visit"),
    "assistance.start_measure": N_("Began a measure"),
    "assistance.end_measure": N_("Ended a measure"),
    "assistance.causes": N_("Changed the causes"),
    "assistance.helper": N_("Named a helper"),
    "assistance.open_monitoring": N_("Began monitoring"),
    "assistance.approve_year_ledger": N_("Approved declared income"),
    "assistance.import_proposed": N_("Proposed a register import"),
    "assistance.import_accepted": N_("Accepted a register import"),
    "assistance.import_rejected": N_("Rejected a register import"),
    "assistance.unmask": N_("Looked at personal data"),
    "farmers.match": N_("Matched a person to a household"),
    "farmers.end_match": N_("Ended a match with a household"),
    "farmers.cadre_kinship": N_("Noted kinship to a village cadre"),
    "farmers.close_household": N_("Closed a household"),
    "farmers.give_consent": N_("Gave a consent"),
    "farmers.withdraw_consent": N_("Withdrew a consent"),
    "farmers.rename_seller": N_("Renamed a seller"),
    "products.set_licence_rule": N_("Changed a licence rule"),
    "products.record_licence": N_("Recorded a licence"),
    "statement.answer": N_("Answered a statement line"),
}

OBJECTS = {
    "user": N_("User account"),
    "household": N_("Household"),
    "seller": N_("Seller"),
    "offer": N_("Goods on offer"),
    "category": N_("Kind of goods"),
    "register_import": N_("Register import"),
    "unmasking": N_("Look at personal data"),
    "payout": N_("Pay-out"),
    "statement_line": N_("Statement line"),
}

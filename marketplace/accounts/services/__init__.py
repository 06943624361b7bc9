"""Verbs of accounts: people and their roles, signing in and out, the trail."""

from marketplace.accounts.passwords import hash_password
from marketplace.accounts.passwords import is_right as is_right_password
from marketplace.accounts.services.people import (
    create_user,
    erase_user,
    grant_role,
    rename_user,
    revoke_role,
    set_active,
    set_password,
)
from marketplace.accounts.services.signing_in import (
    begin_attempt,
    change_password,
    end_all_sessions,
    end_session,
    forget_old,
    send_code,
    sign_in_with_code,
    sign_in_with_password,
    spend_try,
)
from marketplace.accounts.services.trail import asking_from, link_trail, record_audit

__all__ = [
    "asking_from",
    "begin_attempt",
    "change_password",
    "create_user",
    "end_all_sessions",
    "end_session",
    "erase_user",
    "forget_old",
    "grant_role",
    "hash_password",
    "is_right_password",
    "link_trail",
    "record_audit",
    "rename_user",
    "revoke_role",
    "send_code",
    "set_active",
    "set_password",
    "sign_in_with_code",
    "sign_in_with_password",
    "spend_try",
]

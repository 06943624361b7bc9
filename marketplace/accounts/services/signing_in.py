"""Signing in and out.

A try is written down as failed, in its own transaction, before anything is judged; a good one is marked so afterwards. So a crash
forgives nothing, parallel guesses are all counted, and no transaction is held while a password is hashed.
"""

import datetime as dt
import hashlib

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from marketplace.accounts import queries, rules
from marketplace.accounts.models import SignInAttempt, SignInBudget, SignInCode, User, UserSession
from marketplace.accounts.refusals import CodeNeeded, PhoneRefused, TryLater, WrongSignIn
from marketplace.accounts.services.people import create_user, set_password
from marketplace.accounts.services.trail import record_audit
from marketplace.accounts.values import SignedIn
from marketplace.kernel import clock, ids
from marketplace.kernel.crypto import Sealer
from marketplace.kernel.db import dialect_of, insert_into
from marketplace.kernel.identity import mask_phone
from marketplace.messages.services import enqueue_sms

#: Failures older than this are forgiven.
REMEMBERED = dt.timedelta(hours=24)


def begin_attempt(session: Session, *, kind: str, phone: str, address: str, device: str) -> int:
    """Write a try down as failed and return its key; `kind` is 'password' or 'code'. Commit it before judging.

    A number locked for passwords may still use a code. The number's budget row is locked by spending from it, so that tries at
    once on one number wait for each other.

    Raises: PhoneRefused, TryLater (a budget is spent, or the number is locked after failures in a row).
    """
    if not rules.PHONE.fullmatch(phone):
        raise PhoneRefused
    _spend(session, kind, phone=phone, address=address, device=device)
    now = clock.now()
    failures, last_at = _failures_in_a_row(session, kind, phone, since=now - REMEMBERED)
    if last_at is not None and (locked_until := last_at + rules.lock_after(failures)) > now:
        raise TryLater(minutes=_minutes(locked_until - now))
    attempt = SignInAttempt(at=now, kind=kind, phone=phone, address=address[:45], device=_fingerprint(device), is_good=False)
    session.add(attempt)
    session.flush()
    return attempt.id


def spend_try(session: Session, *, kind: str, subject: str, address: str, device: str = "") -> None:
    """Spend one of what is counted by `rules.BUDGETS`: a guess at an order's four digits (commit it before judging), an order.

    Raises: TryLater (the subject's, the browser's, the address's or everybody's budget is spent).
    """
    _spend(session, kind, phone=subject, address=address, device=device)


def sign_in_with_password(session: Session, *, attempt_id: int, user_id: int, device: str) -> SignedIn:
    """Begin a session for somebody whose password was found right.

    Raises: WrongSignIn where the account was closed meanwhile.
    """
    user = session.get(User, user_id)
    if user is None or not user.is_active:
        raise WrongSignIn
    return _begin_session(session, user, attempt_id, device, "password")


def send_code(session: Session, *, phone: str, words: str, address: str, device: str, sealer: Sealer) -> int:
    """Make a one-time code and write its SMS down; return the message's key, to be delivered after the commit.

    `words` is the sentence in the reader's language with `%(code)s`. The same happens whether or not the number has an account.
    An older code of the number dies.

    Raises: PhoneRefused, TryLater.
    """
    if not rules.PHONE.fullmatch(phone):
        raise PhoneRefused
    _spend(session, "send", phone=phone, address=address, device=device)
    now = clock.now()
    session.execute(update(SignInCode).where(SignInCode.phone == phone, SignInCode.used_at.is_(None)).values(expires_at=now))
    code = ids.digits(rules.CODE_DIGITS)
    expires_at = now + rules.CODE_LIFE
    session.add(
        SignInCode(phone=phone, code_hash=_code_hash(sealer, phone, code), created_at=now, expires_at=expires_at, tries=0)
    )
    return enqueue_sms(session, to=phone, text=words % {"code": code}, sealer=sealer, useful_until=expires_at).id


def sign_in_with_code(
    session: Session, *, attempt_id: int, phone: str, code: str, device: str, sealer: Sealer, name: str = ""
) -> SignedIn | None:
    """Use a code up and begin a session; None where it is wrong, used or too old, and then commit, so that the guess counts.

    A number without an account gets one, as a buyer: that it answers its telephone is all a buyer has to show.
    """
    now = clock.now()
    newest = session.scalar(select(SignInCode).where(SignInCode.phone == phone).order_by(SignInCode.id.desc()).limit(1))
    if newest is None:
        return None
    is_used = session.execute(
        update(SignInCode)
        .where(
            SignInCode.id == newest.id,
            SignInCode.used_at.is_(None),
            SignInCode.expires_at > now,
            SignInCode.tries < rules.CODE_TRIES,
            SignInCode.code_hash == _code_hash(sealer, phone, code),
        )
        .values(used_at=now)
        .returning(SignInCode.id)
    ).one_or_none()
    if is_used is None:
        session.execute(update(SignInCode).where(SignInCode.id == newest.id).values(tries=SignInCode.tries + 1))
        return None
    user = queries.user_by_phone(session, phone)
    if user is None:
        user = create_user(session, name=name.strip() or mask_phone(phone), phone=phone)
    return _begin_session(session, user, attempt_id, device, "code") if user.is_active else None


def change_password(session: Session, *, user_id: int, token: str, password_hash: str, attempt_id: int | None = None) -> None:
    """Set one's own password. The present one was found right in the try `attempt_id`, or a code has just opened this session.

    Raises: CodeNeeded.
    """
    if attempt_id is not None:
        _mark_good(session, attempt_id)
    elif not queries.has_just_shown_a_code(session, user_id=user_id, token=token):
        raise CodeNeeded(minutes=_minutes(rules.CODE_STANDS))
    set_password(session, user_id=user_id, password_hash=password_hash, by=user_id)


def end_session(session: Session, *, token: str) -> None:
    """Sign one device out; a session that has ended stays as it is."""
    row = session.scalar(
        select(UserSession).where(UserSession.token_hash == queries.token_hash(token), UserSession.ended_at.is_(None))
    )
    if row is not None:
        row.ended_at = clock.now()
        session.flush()


def end_all_sessions(session: Session, *, user_id: int, by: int | None) -> int:
    """Sign every device of somebody out; return how many there were."""
    ended = session.execute(
        update(UserSession)
        .where(UserSession.user_id == user_id, UserSession.ended_at.is_(None))
        .values(ended_at=clock.now())
        .returning(UserSession.id)
    ).all()
    user = session.get(User, user_id)
    if user is not None:
        record_audit(
            session, by=by, action="accounts.end_sessions", object_kind="user", object_ref=user.ref, after={"ended": len(ended)}
        )
    return len(ended)


def forget_old(session: Session) -> int:
    """Delete what no longer guards anything: tries and budgets after a week, codes after a day, sessions after 90 days."""
    now = clock.now()
    gone = 0
    for statement in (
        delete(SignInAttempt).where(SignInAttempt.at < now - dt.timedelta(days=7)),
        delete(SignInBudget).where(SignInBudget.window_at < now - dt.timedelta(days=7)),
        delete(SignInCode).where(SignInCode.expires_at < now - dt.timedelta(days=1)),
        delete(UserSession).where(UserSession.expires_at < now - dt.timedelta(days=90)),
    ):
        gone += int(getattr(session.execute(statement), "rowcount", 0))
    return gone


def _begin_session(session: Session, user: User, attempt_id: int, device: str, proof: str) -> SignedIn:
    now = clock.now()
    _mark_good(session, attempt_id)
    token = ids.token(32)
    life = rules.session_life(queries.grants_of(session, user.id))
    session.add(
        UserSession(
            token_hash=queries.token_hash(token),
            user_id=user.id,
            created_at=now,
            expires_at=now + life,
            device=device[:120],
            proof=proof,
        )
    )
    record_audit(session, by=user.id, action="accounts.sign_in", object_kind="user", object_ref=user.ref, after={"by": proof})
    return SignedIn(user.id, token)


def _mark_good(session: Session, attempt_id: int) -> None:
    session.execute(update(SignInAttempt).where(SignInAttempt.id == attempt_id).values(is_good=True))


def _failures_in_a_row(session: Session, kind: str, phone: str, *, since: dt.datetime) -> tuple[int, dt.datetime | None]:
    last_good = (
        select(func.coalesce(func.max(SignInAttempt.id), 0))
        .where(SignInAttempt.phone == phone, SignInAttempt.kind == kind, SignInAttempt.is_good)
        .scalar_subquery()
    )
    row = session.execute(
        select(func.count(), func.max(SignInAttempt.at)).where(
            SignInAttempt.phone == phone, SignInAttempt.kind == kind, SignInAttempt.id > last_good, SignInAttempt.at > since
        )
    ).one()
    return int(row[0]), row[1]


def _spend(session: Session, kind: str, *, phone: str, address: str, device: str) -> None:
    budgets = rules.BUDGETS[kind]
    subjects = {"phone": phone, "device": device, "address": address, "all": ""}
    for name, budget in budgets.items():
        subject = f"{kind}/{name}/{_fingerprint(subjects[name])}"
        now = clock.now()
        seconds = int(budget.window.total_seconds())
        window_at = dt.datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, tz=dt.UTC)
        if not _spend_one(session, subject, window_at, budget.most):
            raise TryLater(minutes=_minutes(window_at + budget.window - now))


def _spend_one(session: Session, subject: str, window_at: dt.datetime, most: int) -> bool:
    """Spend one of a budget by one conditional upsert; False where nothing is left."""
    statement = insert_into(SignInBudget, dialect_of(session)).values(subject=subject, window_at=window_at, used=1)
    spent = statement.on_conflict_do_update(
        index_elements=["subject", "window_at"], set_={"used": SignInBudget.used + 1}, where=SignInBudget.used < most
    ).returning(SignInBudget.used)
    return session.execute(spent).one_or_none() is not None


def _minutes(wait: dt.timedelta) -> int:
    return max(1, -(-int(wait.total_seconds()) // 60))


def _fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _code_hash(sealer: Sealer, phone: str, code: str) -> str:
    return sealer.blind(f"{phone}/{code}", "sign_in_code")

"""The state machines of the procedures: one table of moves, and who may make which. Nothing here moves a household by itself."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from marketplace.assistance.values.procedures import (
    AFTER_NOTICE_DAYS,
    CLOSED,
    NOTICES,
    STAGE_DAYS,
    Action,
    EvidenceKind,
    Findings,
    Level,
    ProcedureKind,
    Settings,
    Signed,
    Signer,
    State,
)

#: Roles that sign on each level. A household's step may be written down by an official who witnessed it, with the signed slip.
ROLES: Mapping[Level, frozenset[str]] = MappingProxyType(
    {
        Level.HOUSEHOLD: frozenset({"farmer"}),
        Level.VILLAGE: frozenset({"village_official"}),
        Level.TASK_FORCE: frozenset({"task_force"}),
        Level.TOWNSHIP: frozenset({"township_official"}),
        Level.COUNTY: frozenset({"county_official"}),
    }
)
#: Officials before whom a household may sign on paper.
WITNESSES = frozenset({"village_official", "task_force", "helper", "township_official"})
#: Characters in which something can be said.
LEAST_WORDS = 2
#: Which level stands above which, for appeals.
_RANK = {Level.HOUSEHOLD: 0, Level.VILLAGE: 1, Level.TASK_FORCE: 1, Level.TOWNSHIP: 2, Level.COUNTY: 3}


@dataclass(frozen=True, slots=True)
class Move:
    """One way from a state to the next."""

    action: Action
    to: State
    levels: tuple[Level, ...]
    needs: frozenset[EvidenceKind] = frozenset()
    #: Words must say why.
    needs_words: bool = False
    #: People of the level who countersigned here before, the one who decides not counted; told by the settings where True.
    needs_check: bool = False

    @property
    def is_by_household(self) -> bool:
        """Whether the household itself signs."""
        return self.levels == (Level.HOUSEHOLD,)


_H, _V, _F, _T, _C = Level.HOUSEHOLD, Level.VILLAGE, Level.TASK_FORCE, Level.TOWNSHIP, Level.COUNTY
_A, _S, _E = Action, State, EvidenceKind
Table = Mapping[State, tuple[Move, ...]]


def _needs(*kinds: EvidenceKind) -> frozenset[EvidenceKind]:
    return frozenset(kinds)


def _reject(*levels: Level) -> Move:
    return Move(_A.REJECT, _S.REJECTED, levels, needs_words=True)


def _back(to: State, *levels: Level) -> Move:
    return Move(_A.SEND_BACK, to, levels, needs_words=True)


_WITHDRAW = Move(_A.WITHDRAW, _S.WITHDRAWN, (_H, _V), needs_words=True)
_APPEAL = Move(_A.APPEAL, _S.APPEALED, (_H,), needs_words=True)
#: An appeal against a rejection: the township looks anew, or it stays as it was.
_ON_REJECTION = (
    Move(_A.UPHOLD, _S.TOWNSHIP, (_T, _C), needs_words=True),
    Move(_A.DISMISS, _S.DISMISSED, (_T, _C), needs_words=True),
)
#: A household that does not agree to be taken off: it stays, or the matter goes on to the notice.
_ON_REFUSAL = (
    Move(_A.UPHOLD, _S.REJECTED, (_T, _C), needs_words=True),
    Move(_A.DISMISS, _S.VILLAGE_NOTICE, (_T, _C), needs_words=True),
)

_IDENTIFY: Table = {
    _S.APPLIED: (Move(_A.TAKE_UP, _S.REVIEWING, (_V,), _needs(_E.APPLICATION)), _reject(_V), _WITHDRAW),
    _S.REVIEWING: (
        Move(_A.CONCLUDE, _S.VILLAGE_NOTICE, (_V,), _needs(_E.SURVEY, _E.ASSEMBLY)),
        Move(_A.REJECT, _S.REJECTED, (_V,), _needs(_E.SURVEY, _E.ASSEMBLY), needs_words=True),
        _WITHDRAW,
    ),
    _S.VILLAGE_NOTICE: (Move(_A.HAND_UP, _S.TOWNSHIP, (_V,)), _back(_S.REVIEWING, _V, _T), _reject(_T), _WITHDRAW),
    _S.TOWNSHIP: (
        Move(_A.APPROVE, _S.TOWNSHIP_NOTICE, (_T,), _needs(_E.HOME_CHECK)),
        _back(_S.REVIEWING, _T),
        _reject(_T),
        _WITHDRAW,
    ),
    _S.TOWNSHIP_NOTICE: (Move(_A.HAND_UP, _S.COUNTY, (_T,)), _back(_S.REVIEWING, _T), _reject(_T), _WITHDRAW),
    _S.COUNTY: (Move(_A.APPROVE, _S.APPROVED, (_C,), _needs(_E.COMPARISON)), _back(_S.TOWNSHIP, _C), _reject(_C), _WITHDRAW),
    _S.APPROVED: (Move(_A.ANNOUNCE, _S.DONE, (_C,)),),
    _S.REJECTED: (_APPEAL,),
    _S.APPEALED: _ON_REJECTION,
}
_EXIT: Table = {
    _S.VERIFYING: (Move(_A.VERIFY, _S.HEARING, (_F,), _needs(_E.HOME_CHECK)), _reject(_F, _T), _WITHDRAW),
    _S.HEARING: (
        Move(_A.AGREE, _S.VILLAGE_NOTICE, (_H,)),
        Move(_A.REFUSE, _S.APPEALED, (_H,), needs_words=True),
        _back(_S.VERIFYING, _V),
    ),
    _S.APPEALED: _ON_REFUSAL,
    _S.VILLAGE_NOTICE: (Move(_A.HAND_UP, _S.TOWNSHIP, (_V,)), _back(_S.VERIFYING, _V, _T), _reject(_T)),
    _S.TOWNSHIP: (
        Move(_A.COUNTERSIGN, _S.TOWNSHIP, (_T,)),
        Move(_A.APPROVE, _S.COUNTY, (_T,), needs_check=True),
        _back(_S.VERIFYING, _T),
        _reject(_T),
    ),
    _S.COUNTY: (Move(_A.APPROVE, _S.APPROVED, (_C,)), _back(_S.TOWNSHIP, _C), _reject(_C)),
    _S.APPROVED: (Move(_A.ANNOUNCE, _S.DONE, (_C,)),),
}
_REMOVE: Table = {**_EXIT, _S.COUNTY: (Move(_A.APPROVE, _S.APPROVED, (_C,), _needs(_E.COMPARISON)), *_EXIT[_S.COUNTY][1:])}
_MONITOR: Table = {
    _S.APPLIED: (
        Move(_A.TAKE_UP, _S.HEARING, (_V, _F), _needs(_E.HOME_CHECK)),
        Move(_A.REJECT, _S.REJECTED, (_V, _T), _needs(_E.HOME_CHECK), needs_words=True),
        _WITHDRAW,
    ),
    _S.HEARING: (Move(_A.AGREE, _S.REVIEWING, (_H,)), Move(_A.REFUSE, _S.WITHDRAWN, (_H,), needs_words=True)),
    _S.REVIEWING: (Move(_A.CONCLUDE, _S.VILLAGE_NOTICE, (_V,), _needs(_E.ASSEMBLY)), _reject(_V), _WITHDRAW),
    _S.VILLAGE_NOTICE: (Move(_A.HAND_UP, _S.TOWNSHIP, (_V,)), _back(_S.REVIEWING, _V, _T), _reject(_T), _WITHDRAW),
    _S.TOWNSHIP: (Move(_A.APPROVE, _S.COUNTY, (_T,)), _back(_S.REVIEWING, _T), _reject(_T)),
    _S.COUNTY: (Move(_A.APPROVE, _S.DONE, (_C,), _needs(_E.COMPARISON)), _back(_S.TOWNSHIP, _C), _reject(_C)),
    _S.REJECTED: (_APPEAL,),
    _S.APPEALED: _ON_REJECTION,
}


def _go_on(*levels: Level) -> Move:
    return Move(_A.CONTINUE, _S.CONTINUED, levels, needs_words=True)


_CLEAR: Table = {
    _S.VERIFYING: (Move(_A.VERIFY, _S.HEARING, (_F,), _needs(_E.HOME_CHECK)), _go_on(_V, _F, _T)),
    _S.HEARING: (
        Move(_A.AGREE, _S.VILLAGE_NOTICE, (_H,)),
        Move(_A.REFUSE, _S.CONTINUED, (_H,), needs_words=True),
        _go_on(_V, _T),
    ),
    _S.VILLAGE_NOTICE: (Move(_A.HAND_UP, _S.TOWNSHIP, (_V,)), _go_on(_T)),
    _S.TOWNSHIP: (Move(_A.APPROVE, _S.COUNTY, (_T,)), _back(_S.VERIFYING, _T), _go_on(_T)),
    _S.COUNTY: (Move(_A.APPROVE, _S.DONE, (_C,)), _back(_S.TOWNSHIP, _C), _go_on(_C)),
}

#: The moves of each kind of procedure. A state that is no key is the end.
MOVES: Mapping[ProcedureKind, Table] = MappingProxyType(
    {
        ProcedureKind.IDENTIFY: _IDENTIFY,
        ProcedureKind.REENTER: _IDENTIFY,
        ProcedureKind.EXIT: _EXIT,
        ProcedureKind.REMOVE: _REMOVE,
        ProcedureKind.MONITOR: _MONITOR,
        ProcedureKind.CLEAR: _CLEAR,
    }
)
#: Where each begins, and on whose behalf it may be opened.
BEGINS: Mapping[ProcedureKind, tuple[State, tuple[Level, ...]]] = MappingProxyType(
    {
        ProcedureKind.IDENTIFY: (_S.APPLIED, (_H, _V)),
        ProcedureKind.REENTER: (_S.APPLIED, (_H, _V)),
        ProcedureKind.EXIT: (_S.VERIFYING, (_V,)),
        ProcedureKind.REMOVE: (_S.VERIFYING, (_V, _T)),
        ProcedureKind.MONITOR: (_S.APPLIED, (_H, _V, _F)),
        ProcedureKind.CLEAR: (_S.VERIFYING, (_V,)),
    }
)


class Obstacle(Exception):
    """Why a step is not to be signed now. `code` names a refusal; the services turn it into one."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


def move_of(kind: ProcedureKind, state: State, action: Action) -> Move | None:
    """Return the move that an action makes from a state, or None."""
    return next((move for move in MOVES[kind].get(state, ()) if move.action is action), None)


def level_for(levels: Iterable[Level], signer: Signer) -> Level | None:
    """Return the level on which somebody may sign: by their own role, or as the witness of a household's signature."""
    wanted = tuple(levels)
    for level in wanted:
        if ROLES[level] & signer.roles:
            return level
    return Level.HOUSEHOLD if Level.HOUSEHOLD in wanted and WITNESSES & signer.roles else None


def is_witnessed(level: Level, signer: Signer) -> bool:
    """Say whether an official writes down what the household signed on paper."""
    return level is Level.HOUSEHOLD and "farmer" not in signer.roles


def check(
    kind: ProcedureKind, state: State, action: Action, signer: Signer, *,
    steps: Sequence[Signed], findings: Findings, settings: Settings, words: str, on: dt.date,
) -> tuple[Move, Level]:  # fmt: skip
    """Return the move and the level on which it is signed.

    Raises:
        Obstacle: `no_such_step`, `not_your_step`, `signed_elsewhere`, `evidence_missing`, `words_needed`, `resolution_needed`,
            `notice_stands`, `objections_open`, `objection_upheld`, `check_incomplete`, `signed_here`, `appeal_too_late`.
    """
    move = move_of(kind, state, action)
    if move is None:
        raise Obstacle("no_such_step")
    level = level_for(_levels_now(move, steps), signer)
    if level is None:
        raise Obstacle("not_your_step")
    _refuse_two_hats(move, level, signer, steps)
    missing = needed(move, level, signer) - findings.evidence
    if missing:
        raise Obstacle("evidence_missing", kinds=tuple(sorted(missing)))
    if move.needs_words and is_wordless(words):
        raise Obstacle("words_needed")
    _refuse_unready(move, state, steps, findings, settings, on)
    return move, level


def _levels_now(move: Move, steps: Sequence[Signed]) -> tuple[Level, ...]:
    """An appeal is decided above the level that rejected; the county, the highest, by somebody else of it."""
    if move.action not in (Action.UPHOLD, Action.DISMISS):
        return move.levels
    rejected_by = next((step.level for step in reversed(steps) if step.action is Action.REJECT), Level.VILLAGE)
    above = tuple(level for level in move.levels if _RANK[level] > _RANK[rejected_by])
    return above or (Level.COUNTY,)


def _refuse_two_hats(move: Move, level: Level, signer: Signer, steps: Sequence[Signed]) -> None:
    """Nobody signs on two levels of one case, decides an appeal in a case they signed in, or checks twice."""
    own = [step for step in steps if step.user_id == signer.user_id]
    if move.action in (Action.UPHOLD, Action.DISMISS) and own:
        raise Obstacle("signed_elsewhere")
    if not is_witnessed(level, signer) and any(step.level not in (level, Level.HOUSEHOLD) for step in own):
        raise Obstacle("signed_elsewhere")
    if move.action in (Action.COUNTERSIGN, Action.APPROVE) and any(
        step.action is Action.COUNTERSIGN for step in since_arrival(steps, State.TOWNSHIP) if step.user_id == signer.user_id
    ):
        raise Obstacle("signed_here")


def since_arrival(steps: Sequence[Signed], state: State) -> list[Signed]:
    """Return who countersigned since the case last came to the state it is in."""
    found: list[Signed] = []
    for step in reversed(steps):
        if step.from_state is not state or step.action is not Action.COUNTERSIGN:
            break
        found.append(step)
    return found


def needed(move: Move, level: Level, signer: Signer) -> frozenset[EvidenceKind]:
    """Return the evidence that a move needs: what a household signed on paper needs the slip as well."""
    needs_slip = is_witnessed(level, signer) and move.action is not Action.WITHDRAW
    return move.needs | {EvidenceKind.SLIP} if needs_slip else move.needs


def _refuse_unready(
    move: Move, state: State, steps: Sequence[Signed], findings: Findings, settings: Settings, on: dt.date
) -> None:
    goes_forward = move.action in (Action.CONCLUDE, Action.APPROVE, Action.VERIFY)
    if goes_forward and findings.disagree and EvidenceKind.RESOLUTION not in findings.evidence:
        raise Obstacle("resolution_needed")
    if state in NOTICES and move.action is Action.HAND_UP:
        if findings.notice_to is None or on <= findings.notice_to:
            raise Obstacle("notice_stands", to=findings.notice_to)
        if findings.open_objections:
            raise Obstacle("objections_open", number=findings.open_objections)
        if findings.upheld_objections:
            raise Obstacle("objection_upheld")
    if move.needs_check and len({step.user_id for step in since_arrival(steps, state)}) < settings.check_people - 1:
        raise Obstacle("check_incomplete", people=settings.check_people)


def may_still_appeal(closed_on: dt.date, settings: Settings, on: dt.date) -> bool:
    """Say whether a rejection of that day can be appealed against on a day."""
    return on <= closed_on + dt.timedelta(days=settings.appeal_days)


def actions_for(kind: ProcedureKind, state: State, signer: Signer, steps: Sequence[Signed]) -> tuple[Action, ...]:
    """Return what somebody may sign now as far as their roles and earlier steps go; evidence may still be missing."""
    found = []
    for move in MOVES[kind].get(state, ()):
        level = level_for(_levels_now(move, steps), signer)
        if level is None:
            continue
        try:
            _refuse_two_hats(move, level, signer, steps)
        except Obstacle:
            continue
        found.append(move.action)
    return tuple(found)


def is_wordless(words: str) -> bool:
    """Say whether nothing is said: 属实 says something, a dash does not."""
    return len(words.strip()) < LEAST_WORDS


def due_on(state: State, on: dt.date, settings: Settings) -> dt.date | None:
    """Return the last day on which a case that came to a state on a day is not overdue; None where nobody is asked."""
    if state in CLOSED:
        return None
    if state in NOTICES:
        return notice_until(state, on, settings) + dt.timedelta(days=AFTER_NOTICE_DAYS)
    return on + dt.timedelta(days=STAGE_DAYS[state])


def notice_until(state: State, on: dt.date, settings: Settings) -> dt.date:
    """Return the last day of a notice put up on a day: the whole days after that one count."""
    days = settings.village_notice_days if state is State.VILLAGE_NOTICE else settings.township_notice_days
    return on + dt.timedelta(days=days)


def settings_on(versions: Sequence[Settings], on: dt.date) -> Settings:
    """Return what was settled on a day: of those begun by then the one that began last, and of two the one set later."""
    begun = [one for one in versions if one.from_on <= on]
    return max(begun, key=lambda one: (one.from_on, one.id or 0)) if begun else replace(versions[0])


def is_frozen(freezes: Iterable[tuple[dt.date, dt.date]], on: dt.date) -> dt.date | None:
    """Return the last day of the freeze that a day lies in, or None: while the books of a year are closed nothing is decided."""
    ends = [last for first, last in freezes if first <= on <= last]
    return max(ends) if ends else None


#: What is not to be signed while the register is frozen: steps that change a standing or send a case up.
FROZEN = frozenset({Action.APPROVE, Action.ANNOUNCE})

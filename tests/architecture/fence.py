"""The import rules of docs/house.md, read from the source alone: which module may know which, and what none may do.

`violations(root)` reads every module under `root` (the folder that holds `marketplace/`) and returns what breaks a rule. Nothing
is imported, so a tree with planted faults can be read just as well.
"""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

#: The rooms of the house, lowest first; those on one floor do not know each other.
FLOORS = (
    ("kernel",), ("web",), ("media",), ("messages",), ("areas",), ("accounts",), ("ledger", "notices", "vault"), ("farmers",),
    ("assistance",), ("income",), ("products", "tours", "surveys", "grievances"), ("orders",), ("payments",),
    ("reconciliation",), ("reports", "desk", "storefront", "privacy"), ("demo",), ("worker",), ("app",),
)  # fmt: skip
FLOOR_OF = {room: number for number, floor in enumerate(FLOORS) for room in floor}
#: What a package shows to others; `kernel` and `web` own no rows and are open. The register and a bank's list are file formats.
SHOWN = frozenset({"services", "queries", "values", "refusals"})
OPEN = frozenset({"kernel", "web"})
#: The words of codes are for whoever shows the codes.
EXTRA_SHOWN = {
    "media": frozenset({"illustrations", "storage"}),
    "assistance": frozenset({"register", "labels"}),
    "farmers": frozenset({"labels"}),
    "reconciliation": frozenset({"bank_lists"}),
}
#: Parts that may know the web.
WEB_PARTS = frozenset({"views", "forms", "cli"})
WEB_LIBRARIES = re.compile(r"^(flask($|_|\.)|werkzeug($|\.)|wtforms($|\.)|marketplace\.web($|\.))")
#: Rooms where people's assistance record must not be known: what the public sees is made here.
BLIND = frozenset({"storefront", "products", "tours", "orders", "payments", "media", "grievances"})
#: The only places that ask the machine what time it is. The last two measure how long an answer took.
CLOCKS = frozenset({"kernel/clock.py", "kernel/ids.py", "web/logging.py", "web/health.py"})
TIMES = frozenset(
    {f"datetime.datetime.{name}" for name in ("now", "utcnow", "today")}
    | {f"time.{name}" for name in ("time", "time_ns", "localtime", "gmtime")}
    | {"datetime.date.today"}
)
#: What makes a fresh value each time it is called, and so must be handed over uncalled as a default.
FRESH = re.compile(r"(^|\.)(now|utcnow|today|time\.time|uuid4|uuid7|reference|token|row_key)$")
#: Where a transaction may be ended: entry points and what they stand on.
COMMITTERS = re.compile(r"^(kernel/db\.py|web/|demo/|[a-z]+/cli(\.py|/)|worker\.py)")


@dataclass(frozen=True)
class Violation:
    """One breach: the rule's name, where, and what stands there."""

    rule: str
    path: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.what}"


@dataclass(frozen=True)
class Module:
    """One source file: its path under marketplace/, its room, the part of the room, its tree."""

    path: str
    room: str
    part: str
    tree: ast.Module

    @property
    def is_package(self) -> bool:
        return self.path.endswith("__init__.py")


@dataclass(frozen=True)
class Import:
    """One imported name, written out: `from a.b import c` is a.b.c from a.b."""

    target: str
    source: str
    line: int

    @property
    def room(self) -> str | None:
        parts = self.target.split(".")
        return parts[1] if parts[0] == "marketplace" and len(parts) > 1 else None

    @property
    def part(self) -> str:
        parts = self.target.split(".")
        return parts[2] if len(parts) > 2 else ""


def modules(root: Path) -> Iterator[Module]:
    """Yield every module of the house."""
    house = root / "marketplace"
    for path in sorted(house.rglob("*.py")):
        name = path.relative_to(house).as_posix()
        steps = name.removesuffix(".py").split("/")
        part = steps[1] if len(steps) > 1 and steps[1] != "__init__" else ""
        yield Module(name, steps[0], part, ast.parse(path.read_text(encoding="utf-8"), filename=name))


def imports(module: Module) -> Iterator[Import]:
    """Yield every absolute import, wherever it stands (under TYPE_CHECKING too: knowing a type is knowing)."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, alias.name, node.lineno)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for alias in node.names:
                yield Import(f"{node.module}.{alias.name}", str(node.module), node.lineno)


def _houses_own(module: Module) -> Iterator[Import]:
    """Yield imports of other rooms; the composition root is free to import all."""
    if module.room == "app":
        return
    for found in imports(module):
        if found.room is not None and found.room != module.room and found.room in FLOOR_OF:
            yield found


def unknown_room(module: Module) -> Iterator[tuple[int, str]]:
    """Every room has its floor, so that the other rules cover it."""
    if module.room not in FLOOR_OF and module.room != "__init__":
        yield 1, module.room


def upward_import(module: Module) -> Iterator[tuple[int, str]]:
    """A package imports only from packages below it."""
    for found in _houses_own(module):
        if FLOOR_OF[str(found.room)] > FLOOR_OF.get(module.room, len(FLOORS)):
            yield found.line, found.target


def sibling_import(module: Module) -> Iterator[tuple[int, str]]:
    """Packages of one floor do not know each other."""
    for found in _houses_own(module):
        if FLOOR_OF[str(found.room)] == FLOOR_OF.get(module.room):
            yield found.line, found.target


def private_import(module: Module) -> Iterator[tuple[int, str]]:
    """Another package shows its services, queries, values and refusals; models, views and the rest are its own."""
    for found in _houses_own(module):
        room = str(found.room)
        if room in OPEN and found.part != "cli":
            continue
        if found.part not in SHOWN | EXTRA_SHOWN.get(room, frozenset()):
            yield found.line, found.target


def private_name(module: Module) -> Iterator[tuple[int, str]]:
    """A name that begins with an underscore is not lent to another room."""
    for found in imports(module):
        name = found.target.rpartition(".")[2]
        if found.room not in (None, module.room) and name.startswith("_") and not name.startswith("__"):
            yield found.line, found.target


def shop_knows_assistance(module: Module) -> Iterator[tuple[int, str]]:
    """What the public sees is made without knowing who is registered as poor."""
    if module.room in BLIND:
        for found in imports(module):
            if found.room == "assistance":
                yield found.line, found.target


def web_below_views(module: Module) -> Iterator[tuple[int, str]]:
    """Flask and its kin are known to views, forms, commands and `web` alone; pages.py may hold the views' words."""
    if (
        module.room in ("web", "app", "worker")
        or module.part in WEB_PARTS
        or re.fullmatch(r"[a-z]+/(pages|exports)\.py", module.path)
    ):
        return
    for found in imports(module):
        if WEB_LIBRARIES.match(found.target):
            yield found.line, found.target


def sqlalchemy_in_the_pure_part(module: Module) -> Iterator[tuple[int, str]]:
    """Rules and values know no database."""
    if module.part in ("rules", "values"):
        for found in imports(module):
            if re.match(r"(sqlalchemy|alembic)($|\.)|marketplace\.kernel\.db($|\.)", found.target):
                yield found.line, found.target


def stripe_outside_its_gateway(module: Module) -> Iterator[tuple[int, str]]:
    """The gateway's own modules alone know the payment provider's library."""
    if not module.path.startswith("payments/gateways/stripe_"):
        for found in imports(module):
            if re.match(r"stripe($|\.)", found.target):
                yield found.line, found.target


def import_inside_a_function(module: Module) -> Iterator[tuple[int, str]]:
    """An import inside a function hides a cycle; importing by name hides any import. Only the composition root does."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Import | ast.ImportFrom):
                    yield inner.lineno, "import"
    if module.room != "app":
        for line, name in _calls(module):
            if name in ("importlib.import_module", "__import__"):
                yield line, name


def relative_import(module: Module) -> Iterator[tuple[int, str]]:
    """Addresses are written out."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            yield node.lineno, "." * node.level + (node.module or "")


def bare_clock(module: Module) -> Iterator[tuple[int, str]]:
    """The time comes from kernel.clock, so that it can be stopped."""
    if module.path not in CLOCKS:
        names = _names(module)
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute | ast.Name) and _written_out(node, names) in TIMES:
                yield node.lineno, str(_written_out(node, names))


def default_made_at_import(module: Module) -> Iterator[tuple[int, str]]:
    """`default=now()` is evaluated once, when the module is read; `default=now` is what was meant."""
    names = _names(module)

    def fresh(value: ast.expr | None) -> str | None:
        name = _written_out(value.func, names) if isinstance(value, ast.Call) else None
        return name if name and FRESH.search(name) else None

    for node in ast.walk(module.tree):
        values: list[ast.expr | None] = []
        if isinstance(node, ast.Call):
            values = [
                word.value for word in node.keywords if word.arg in ("default", "onupdate", "server_default", "insert_default")
            ]
        elif isinstance(node, ast.arguments):
            values = [*node.defaults, *node.kw_defaults]
        elif isinstance(node, ast.ClassDef):
            values = [line.value for line in node.body if isinstance(line, ast.Assign | ast.AnnAssign)]
        for value in values:
            if value is not None and (name := fresh(value)):
                yield value.lineno, f"{name}()"


def commit_below_the_entry(module: Module) -> Iterator[tuple[int, str]]:
    """Verbs flush; who opened the transaction ends it."""
    if COMMITTERS.match(module.path):
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("commit", "rollback"):
            yield node.lineno, f".{node.func.attr}()"


def package_without_words(module: Module) -> Iterator[tuple[int, str]]:
    """A package says what it owns and what it refuses; a module says what it is for."""
    if not ast.get_docstring(module.tree):
        yield 1, "no docstring"


Rule = Callable[[Module], Iterator[tuple[int, str]]]
RULES: tuple[Rule, ...] = (
    unknown_room, upward_import, sibling_import, private_import, private_name, shop_knows_assistance, web_below_views,
    sqlalchemy_in_the_pure_part, stripe_outside_its_gateway, import_inside_a_function, relative_import, bare_clock,
    default_made_at_import, commit_below_the_entry, package_without_words,
)  # fmt: skip


def violations(root: Path, rules: tuple[Rule, ...] = RULES) -> list[Violation]:
    """Return every breach of the rules under `root`, in the order of the files."""
    return [
        Violation(rule.__name__, f"marketplace/{module.path}", line, what)
        for module in modules(root)
        for rule in rules
        for line, what in rule(module)
    ]


def _names(module: Module) -> dict[str, str]:
    """Return local name -> what it stands for, from the imports."""
    names = {}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                names[alias.asname or alias.name.split(".")[0]] = alias.name if alias.asname else alias.name.split(".")[0]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


def _written_out(node: ast.expr, names: dict[str, str]) -> str | None:
    if isinstance(node, ast.Name):
        return names.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        left = _written_out(node.value, names)
        return f"{left}.{node.attr}" if left else None
    return None


def _calls(module: Module) -> Iterator[tuple[int, str]]:
    names = _names(module)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and (name := _written_out(node.func, names)):
            yield node.lineno, name

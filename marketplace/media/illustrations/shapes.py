"""Path geometry: what the knife cuts, before any ink is on it.

Functions named for a form return SVG path data (`d`), relative and rounded, because bytes are budgeted; `ink` prints
path data in one flat tone, and `place` sets a finished fragment somewhere. Nothing here knows a colour, a seed or a
subject. Strokes are refused: a line is cut as a thin tapered form, as a gouge would leave it. So are ids and
styles.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import cos, hypot, radians, sin, tau

Point = tuple[float, float]


def num(value: float, places: int = 1) -> str:
    """Write a number as briefly as SVG allows."""
    text = f"{value:.{places}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text in ("-0", "0", ""):
        return "0"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def nums(values: Iterable[float], places: int = 1) -> str:
    """Join numbers, leaving out each space that a minus sign makes needless."""
    text = ""
    for value in values:
        word = num(value, places)
        text += word if not text or word.startswith("-") else " " + word
    return text


def trace(*parts: str | Sequence[float]) -> str:
    """Write path data out by hand: commands as they are, numbers between them as briefly as can be."""
    return "".join(part if isinstance(part, str) else nums(part) for part in parts)


class Pen:
    """Writes relative path data and remembers where rounding left it, so that errors never add up."""

    def __init__(self, points: Sequence[Point]) -> None:
        xs, ys = [x for x, _ in points], [y for _, y in points]
        #: Small forms keep a decimal, large ones need none.
        self.places = 0 if max(max(xs) - min(xs), max(ys) - min(ys)) >= 70 else 1
        self.x = self.y = 0.0
        self.d = ""

    def move(self, to: Point) -> None:
        """Lift the pen and put it down at `to`."""
        self.x, self.y = round(to[0], self.places), round(to[1], self.places)
        self.d += "M" + nums((self.x, self.y), self.places)

    def draw(self, command: str, *points: Point) -> None:
        """Draw `l`, `q` or `c` through the given absolute points."""
        fixed = [(round(x, self.places), round(y, self.places)) for x, y in points]
        self.d += command + nums((v for x, y in fixed for v in (x - self.x, y - self.y)), self.places)
        self.x, self.y = fixed[-1]

    def close(self) -> str:
        """Close the form and hand over its path data."""
        return self.d + "z"


def _middle(a: Point, b: Point) -> Point:
    return (a[0] + b[0]) / 2, (a[1] + b[1]) / 2


def poly(*points: Point) -> str:
    """Cut a straight-edged form."""
    pen = Pen(points)
    pen.move(points[0])
    for point in points[1:]:
        pen.draw("l", point)
    return pen.close()


def box(x: float, y: float, width: float, height: float) -> str:
    """Cut an upright rectangle."""
    return f"M{nums((x, y))}h{num(width)}v{num(height)}h{num(-width)}z"


def oval(x: float, y: float, rx: float, ry: float | None = None) -> str:
    """Cut an ellipse around (x, y)."""
    # Rounded before it is doubled: a diameter that rounds apart from its radius would draw an egg.
    rx, ry = round(rx, 1), round(rx if ry is None else ry, 1)
    radii = nums((rx, ry))
    return f"M{nums((x - rx, y))}a{radii} 0 1 1 {num(2 * rx)} 0a{radii} 0 1 1{num(-2 * rx)} 0z"


def bar(x: float, y: float, width: float, height: float) -> str:
    """Cut a level bar with round ends."""
    radii = nums((height / 2, height / 2))
    end = f"a{radii} 0 0 1 0"
    return f"M{nums((x, y))}h{num(width)}{end} {num(height)}h{num(-width)}{end}{num(-height)}z"


def blob(points: Sequence[Point]) -> str:
    """Cut a closed soft form whose corners are pulled towards the given points."""
    pen = Pen(points)
    pen.move(_middle(points[-1], points[0]))
    for here, following in zip(points, [*points[1:], points[0]], strict=True):
        pen.draw("q", here, _middle(here, following))
    return pen.close()


def _soften(pen: Pen, points: Sequence[Point]) -> None:
    for here, following in pairwise(points[1:-1]):
        pen.draw("q", here, _middle(here, following))
    pen.draw("q", points[-2], points[-1])


def ridge(points: Sequence[Point], floor: float) -> str:
    """Cut everything between a soft line and the level `floor`."""
    pen = Pen(points)
    pen.move(points[0])
    _soften(pen, points)
    pen.draw("l", (points[-1][0], floor))
    pen.draw("l", (points[0][0], floor))
    return pen.close()


def band(upper: Sequence[Point], lower: Sequence[Point]) -> str:
    """Cut what lies between two soft lines, both given from left to right."""
    pen = Pen([*upper, *lower])
    pen.move(upper[0])
    _soften(pen, upper)
    back = list(reversed(lower))
    pen.draw("l", back[0])
    _soften(pen, back)
    return pen.close()


def gouge(start: Point, end: Point, width: float, bend: float = 0) -> str:
    """Cut a tapered mark from start to end; `bend` pushes its middle sideways."""
    length = hypot(end[0] - start[0], end[1] - start[1]) or 1
    across = ((end[1] - start[1]) / length, (start[0] - end[0]) / length)
    middle = _middle(start, end)
    pen = Pen([start, end])
    pen.move(start)
    for push in (bend + width, bend - width):
        control = middle[0] + across[0] * push, middle[1] + across[1] * push
        pen.draw("q", control, end if push == bend + width else start)
    return pen.close()


def stalk(start: Point, end: Point, foot: float, head: float, bend: float = 0) -> str:
    """Cut a stem: `foot` wide where it starts, `head` wide where it ends."""
    length = hypot(end[0] - start[0], end[1] - start[1]) or 1
    ax, ay = (end[1] - start[1]) / length, (start[0] - end[0]) / length
    mx, my = (start[0] + end[0]) / 2 + ax * bend, (start[1] + end[1]) / 2 + ay * bend
    half = (foot + head) / 4
    pen = Pen([start, end])
    pen.places = 1
    pen.move((start[0] + ax * foot / 2, start[1] + ay * foot / 2))
    pen.draw("q", (mx + ax * half, my + ay * half), (end[0] + ax * head / 2, end[1] + ay * head / 2))
    pen.draw("l", (end[0] - ax * head / 2, end[1] - ay * head / 2))
    pen.draw("q", (mx - ax * half, my - ay * half), (start[0] - ax * foot / 2, start[1] - ay * foot / 2))
    return pen.close()


def petal(angle: float, length: float, width: float, base: Point = (0, 0), bend: float = 0, side: int = 0) -> str:
    """Cut a pointed petal or leaf; `angle` in degrees from upright, clockwise; `side` -1 or 1 cuts only that half."""
    turn = radians(angle)
    along, across = (sin(turn), -cos(turn)), (cos(turn), sin(turn))

    def at(share: float, out: float) -> Point:
        push = out * width + bend * share * share
        return (
            base[0] + along[0] * length * share + across[0] * push,
            base[1] + along[1] * length * share + across[1] * push,
        )

    pen = Pen([at(0, 0), at(1, 0), at(0.5, -1), at(0.5, 1)])
    pen.move(at(0, 0))
    pen.draw("c", at(0.15, -1 if side <= 0 else 0), at(0.72, -1 if side <= 0 else 0), at(1, 0))
    pen.draw("c", at(0.72, 1 if side >= 0 else 0), at(0.15, 1 if side >= 0 else 0), at(0, 0))
    return pen.close()


def ring(rx: float, ry: float, count: int, wave: float = 0, *, phase: float = 0, start: float = 0) -> list[Point]:
    """Points around an ellipse at the origin, pushed in and out alternately by the share `wave`."""
    found = []
    for step in range(count):
        turn = radians(start) + tau * step / count
        reach = 1 + wave * sin(step * 2.3 + phase)
        found.append((rx * reach * cos(turn), ry * reach * sin(turn)))
    return found


def sliver(start: Point, end: Point, width: float) -> str:
    """Cut a thin wedge, `width` wide at the start and a point at the end: the cheapest mark there is."""
    length = hypot(end[0] - start[0], end[1] - start[1]) or 1
    ax, ay = (end[1] - start[1]) / length * width / 2, (start[0] - end[0]) / length * width / 2
    pen = Pen([start, end])
    pen.move((start[0] + ax, start[1] + ay))
    pen.draw("l", end, (start[0] - ax, start[1] - ay))
    return pen.close()


def stroke(x: float, y: float, half: float, thick: float) -> str:
    """Cut a level tapered mark around (x, y). Sizes are few on purpose: equal tails compress to nothing."""
    reach, deep = num(half, 0), num(thick)
    return f"M{nums((x - half, y), 0)}q{reach}-{deep} {num(2 * half, 0)} 0q-{reach} {deep}-{num(2 * half, 0)} 0z"


def crown(x: float, y: float, rx: float, ry: float, lobes: int = 9, phase: float = 0) -> str:
    """Cut the lobed outline of a tree's crown, a bush or a cloud: arcs strung around an ellipse."""
    spots = [(x + rx * cos(tau * step / lobes + phase), y + ry * sin(tau * step / lobes + phase)) for step in range(lobes)]
    arc = f"a{nums((rx * 2.1 / lobes, max(rx, ry) * 2.1 / lobes))} 0 0 1 "
    text = "M" + nums(spots[0], 0)
    px, py = round(spots[0][0]), round(spots[0][1])
    for sx, sy in [*spots[1:], spots[0]]:
        text += arc + nums((round(sx) - px, round(sy) - py), 0)
        px, py = round(sx), round(sy)
    return text + "z"


def ink(fill: str, *data: str, opacity: float = 1) -> str:
    """Print path data in one flat tone."""
    faint = "" if opacity == 1 else f' fill-opacity="{num(opacity, 2)}"'
    return f'<path fill="{fill}"{faint} d="{"".join(data)}"/>'


def place(fragment: str, x: float, y: float, scale: float = 1, *, flip: bool = False, turn: float = 0, squash: float = 1) -> str:
    """Set a fragment drawn around its own origin at (x, y); nothing stays nothing."""
    if not fragment:
        return ""
    move = f"translate({nums((x, y), 0)})"
    if turn:
        move += f"rotate({num(turn, 0)})"
    if flip or squash != 1:
        move += f"scale({nums((-scale if flip else scale, scale * squash), 2)})"
    elif scale != 1:
        move += f"scale({num(scale, 2)})"
    return f'<g transform="{move}">{fragment}</g>'

"""A route as a drawing: a road that winds from stop to stop, in percent of whatever room the page gives it. No map."""

from collections.abc import Sequence

from marketplace.tours.pages.shop import Node, Strip
from marketplace.tours.values import StopView

#: A way this long holds a night.
OVERNIGHT_MINUTES = 360
_LEFT, _WIDTH = 9.0, 82.0
_LOW, _HIGH = 64.0, 36.0


def strip_of(stops: Sequence[StopView]) -> Strip | None:
    """Return the drawing of a route of two stops or more; of fewer there is nothing to draw."""
    if len(stops) < 2:
        return None
    points = [(_LEFT + _WIDTH * at / (len(stops) - 1), _HIGH if at % 2 else _LOW) for at in range(len(stops))]
    road = f"M0 {points[0][1]:.0f}L{points[0][0]:.1f} {points[0][1]:.0f}"
    nodes = []
    for at, (stop, (x, y)) in enumerate(zip(stops, points, strict=True)):
        following = points[at + 1] if at + 1 < len(points) else None
        if following is not None:
            middle = (x + following[0]) / 2
            road += f"C{middle:.1f} {y:.0f} {middle:.1f} {following[1]:.0f} {following[0]:.1f} {following[1]:.0f}"
        nodes.append(
            Node(
                x, y, at + 1, stop.dwell_minutes, (x + following[0]) / 2 if following else None,
                (y + following[1]) / 2 if following else None, stop.travel_minutes, stop.travel_minutes >= OVERNIGHT_MINUTES,
            )
        )  # fmt: skip
    return Strip(f"{road}L100 {points[-1][1]:.0f}", nodes)

"""Where things are: in the picture, and to each other."""
from collections import defaultdict


def name_groups(scene) -> dict:
    groups = defaultdict(list)
    for o in scene.objects:
        groups[o.thing.name].append(o)
    return dict(groups)


def kind_groups(scene) -> dict:
    groups = defaultdict(list)
    for o in scene.objects:
        for kind in o.thing.kinds:
            groups[kind].append(o)
    return dict(groups)


def position(scene, obj) -> str:
    x, y = obj.centre[0] / scene.width, obj.centre[1] / scene.height
    across = "left" if x < 0.36 else "right" if x > 0.64 else ""
    down = "top" if y < 0.36 else "bottom" if y > 0.64 else ""
    if down and across:
        return f"at the {down} {across}"
    if down:
        return f"at the {down}"
    return f"on the {across}" if across else "in the middle"


def compare(scene, first, second):
    """The side of second on which first is, or None where that is not plain."""
    dx = (first.centre[0] - second.centre[0]) / scene.longer
    dy = (first.centre[1] - second.centre[1]) / scene.longer
    if max(abs(dx), abs(dy)) < 0.12 or 0.7 < abs(dx) / (abs(dy) + 1e-6) < 1.4:
        return None
    if abs(dx) > abs(dy):
        return "to the left of" if dx < 0 else "to the right of"
    return "above" if dy < 0 else "below"


def beside(scene, groups):
    """(thing, relation, anchor) where exactly one thing is on that side of a thing with a name of its own."""
    found = []
    for anchor in scene.objects:
        if len(groups[anchor.thing.name]) > 1:
            continue
        sides = defaultdict(list)
        for o in scene.objects:
            if o is not anchor:
                sides[compare(scene, o, anchor)].append(o)
        if None in sides:
            continue
        found += [(members[0], side, anchor) for side, members in sides.items() if len(members) == 1]
    return found


def place_words(scene):
    """(thing, "on the left") where one thing is clearly the outermost on that side."""
    found = []
    if len(scene.objects) < 2:
        return found
    for axis, sign, words in ((0, 1, "on the left"), (0, -1, "on the right"), (1, 1, "at the top"), (1, -1, "at the bottom")):
        order = sorted(scene.objects, key=lambda o: sign * o.centre[axis])
        if sign * (order[1].centre[axis] - order[0].centre[axis]) > 0.12 * scene.longer:
            found.append((order[0], words))
    return found

"""Referring expressions: what people say to point at one thing, and things that are not there."""
from knowledge import a, kind_phrase, plural, things
from question import Question, pick
from relations import beside, kind_groups, name_groups

PROPERTY = {"e": ["something to eat", "the thing you can eat", "something edible"],
            "y": ["the thing that can fly", "something that can fly"],
            "d": ["the dangerous thing", "something dangerous"],
            "l": ["the living thing", "something alive"]}
DRIVEN = {"car", "taxi", "bus", "police car", "ambulance", "fire engine", "truck", "tractor", "racing car"}
# What a thing serves, or "", and how one asks for it.
SERVES = ((lambda t: t.use, ["the thing for {}", "something for {}", "something used for {}"]),
          (lambda t: t.can, ["the thing that can {}", "something that can {}"]),
          (lambda t: "drive" if t.name in DRIVEN else "", ["something you can {}", "the thing you can {}"]))
ENDS = ((0, 1, ["the {} on the left", "the leftmost {}", "left {}"]),
        (0, -1, ["the {} on the right", "the rightmost {}", "right {}"]),
        (1, 1, ["the {} at the top", "the top {}", "the upper {}"]),
        (1, -1, ["the {} at the bottom", "the bottom {}", "the lower {}"]))


def framed(rng, phrase: str) -> str:
    """The expression alone, or in a request."""
    bare = phrase[4:] if phrase.startswith("the ") else phrase
    return pick(rng, phrase, phrase, phrase, bare, f"find {phrase}", f"where is {phrase}?", f"show me {phrase}",
                f"point to {phrase}", f"locate {phrase}")


def extremes(rng, scene, members, noun):
    """Expressions that tell one of several members by place or size."""
    out, margin = [], 0.1 * scene.longer
    for axis, sign, forms in ENDS:
        order = sorted(members, key=lambda o: sign * o.centre[axis])
        if sign * (order[1].centre[axis] - order[0].centre[axis]) > margin:
            out.append((pick(rng, *forms).format(noun), order[0]))
    order = sorted(members, key=lambda o: o.area)
    if order[-1].area > 1.4 * order[-2].area:
        out.append((pick(rng, f"the biggest {noun}", f"the big {noun}", f"the largest {noun}", f"the bigger {noun}"), order[-1]))
    if order[1].area > 1.4 * order[0].area:
        out.append((pick(rng, f"the smallest {noun}", f"the small {noun}", f"the little {noun}", f"the smaller {noun}"), order[0]))
    return out


def expressions(rng, scene) -> list:
    """Every way to locate something in the scene, as (kind, expression, object or None)."""
    groups, kinds, out = name_groups(scene), kind_groups(scene), []
    for name, members in groups.items():
        if len(members) == 1:
            out.append(("name", f"the {name}", members[0]))
        else:
            out += [("name and place", e, o) for e, o in extremes(rng, scene, members, name)]
    for kind, members in kinds.items():
        noun = kind_phrase(kind)
        if len(members) == 1:
            out.append(("kind", f"the {noun}", members[0]))
        else:
            out += [("kind and place", e, o) for e, o in extremes(rng, scene, members, noun)]
    if len(scene.objects) > 1:
        out += [("thing and place", e, o) for e, o in extremes(rng, scene, scene.objects, pick(rng, "thing", "object"))]
    for flag, forms in PROPERTY.items():
        members = [o for o in scene.objects if o.thing.has(flag)]
        if len(members) == 1:
            out.append(("property", pick(rng, *forms), members[0]))
    for told, forms in SERVES:
        for what in dict.fromkeys(told(o.thing) for o in scene.objects if told(o.thing)):
            members = [o for o in scene.objects if told(o.thing) == what]
            if len(members) == 1:
                out.append(("use", pick(rng, *forms).format(what), members[0]))
    for o, side, anchor in beside(scene, groups):
        noun = o.thing.name if rng.random() < 0.5 else "thing"
        out.append(("relation", f"the {noun} {side} the {anchor.thing.name}", o))
    return out


def absences(rng, scene) -> list:
    groups, kinds = name_groups(scene), kind_groups(scene)
    names = [t for t in things() if t.name not in groups]
    out = [("absent", f"the {pick(rng, *names).name}", None) for _ in range(2)]
    # A thing of a kind that is there is the harder case: no dog where there is a cat.
    near = [t for t in names if t.kind in kinds]
    if near:
        out.append(("absent", f"the {pick(rng, *near).name}", None))
    gone = sorted({t.kind for t in things()} - set(kinds))
    out.append(("absent", f"the {kind_phrase(pick(rng, *gone))}", None))
    return out


def question(rng, scene, item) -> Question:
    kind, expression, obj = item
    return Question("locate", kind, framed(rng, expression), None, [], None if obj is None else scene.unit(obj.box))


def itself(scene, k, obj) -> Question:
    """The thing a region stands for: how a point, or a careless box, becomes its box."""
    return Question("locate", "region itself", f"[{k}]", None, [], scene.unit(obj.box))

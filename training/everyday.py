"""Questions in everyday words, beside the plain ones of questions.py: who, how safe, which is heavier, what else is there."""
import settings
from knowledge import NUMBERS, a, kind_phrase, plural, things
from question import Question, is_are, pick, yes
from relations import compare, kind_groups, name_groups
from text import Phrase

INSIDE = {"kitchen", "room"}
WEATHER = {"beach": "sunny", "meadow": "sunny", "desert": "hot", "snow": "cold"}
LIGHT = {"ghost", "balloon"}  # and all weather: how heavy one is, nobody asks
MOVES = {"animal", "person", "vehicle"}
# Which of two is asked for: the upper or left one, or the other.
OUTER_UPRIGHT = ("which one is higher up", "which one is lower down")
OUTER_LEVEL = ("which one is further left", "which one is further right")
ANYTHING = (("d", "is there anything dangerous?", "is something here dangerous?"),
            ("e", "is there anything to eat?", "is there something you can eat?"),
            ("y", "is there anything that can fly?", "can something here fly?"),
            ("l", "is anything here alive?", "is there anything alive?"))


def made_of(rng, ref, what, it_is, box) -> Question:
    return Question("answer", "made", pick(rng, f"what is {ref} made of?", f"what material is {ref}?"),
                    Phrase((what, box), "<because>", (it_is, box)), [what])


def of_one(rng, scene, ref, obj) -> list:
    """About the region ref ("[k]"), which is obj."""
    t, box = obj.thing, scene.unit(obj.box)
    named = a(t.name)
    it_is, such = f"it is {named}", lambda word: f"{named} {is_are(t)} {word}"
    danger = such("dangerous" if t.has("d") else "harmless")
    out = []
    if t.kind == "person":
        out.append(Question("answer", "who", pick(rng, f"who is {ref}?", f"who is this {ref}?", f"who can you see in {ref}?"),
                            Phrase((named, box)), [named, t.name, it_is]))
    out.append(yes(rng, "afraid", pick(rng, f"should i be afraid of {ref}?", f"could {ref} harm someone?", f"do i have to be careful with {ref}?"),
                   t.has("d"), danger, box))
    out.append(yes(rng, "safe", pick(rng, f"is {ref} safe?", f"is it safe to touch {ref}?", f"is {ref} harmless?"), not t.has("d"), danger, box))
    if t.size >= 5 or t.size <= 3 and not t.has("h"):
        out.append(yes(rng, "lift", pick(rng, f"could you lift {ref}?", f"can you carry {ref}?", f"is {ref} light enough to carry?"),
                       t.size <= 3, such("light" if t.size <= 3 else "heavy"), box))
    if "food" in t.kinds or t.kind == "drink":
        out.append(yes(rng, "drink", pick(rng, f"can you drink {ref}?", f"is {ref} something to drink?"), t.kind == "drink", it_is, box))
    if not t.made and t.has("l") and {"animal", "person"} & set(t.kinds):
        out.append(made_of(rng, ref, "flesh and blood", it_is, box))
    return out


def outweighs(large, little) -> bool:
    weighty = large.size - little.size > 1 and (large.has("h") or not little.has("h"))
    return weighty and not any(t.name in LIGHT or t.kind == "weather" for t in (large, little))


def outruns(fast, slow) -> bool:
    """Whether the table says so: both move by themselves, and a large vehicle is outrun by another alone."""
    moving = all(MOVES & set(t.kinds) for t in (fast, slow))
    return moving and fast.has("f") and not slow.has("f") and (slow.kind != "vehicle" or slow.size < 5 or fast.size >= 5 and fast.kind == "vehicle")


def of_two(rng, scene, p, first, q, second) -> list:
    """About the regions p and q ("[k]")."""
    t, u, bt, bu = first.thing, second.thing, scene.unit(first.box), scene.unit(second.box)
    out = []
    for x, y, top, low in ((t, u, (p, bt), (q, bu)), (u, t, (q, bu), (p, bt))):
        if outweighs(x, y):
            heavy = rng.random() < 0.6
            said, than = (top, f"{a(x.name)} {is_are(x)} heavier than {a(y.name)}") if heavy else (low, f"{a(y.name)} {is_are(y)} lighter than {a(x.name)}")
            asked = pick(rng, "which one is heavier", "which one weighs more", "which is heavier") if heavy else pick(rng, "which one is lighter", "which one weighs less")
            out.append(Question("answer", "weight", f"{asked}, {p} or {q}?", Phrase(said, "<because>", (than, said[1])), [said[0]]))
        if outruns(x, y):
            out.append(Question("answer", "speed", f"{pick(rng, 'which one is faster', 'which one moves faster', 'which is quicker')}, {p} or {q}?",
                                Phrase(top, "<because>", (f"{a(x.name)} {is_are(x)} fast", top[1])), [top[0]]))
    side = compare(scene, first, second)
    if side:
        upright = side in ("above", "below")
        out.append(Question("answer", "either side", f"is {p} above or below {q}?" if upright else
                            pick(rng, f"is {p} to the left or to the right of {q}?", f"is {p} left or right of {q}?"),
                            Phrase((f"{side} {q}", bt)), [f"{side} {q}", side] + ([] if upright else [side.split()[2]])))
        which = pick(rng, 0, 1)
        ahead = (side in ("above", "to the left of")) == (which == 0)
        asked = (OUTER_UPRIGHT if upright else OUTER_LEVEL)[which]
        ref = (p, bt) if ahead else (q, bu)
        out.append(Question("answer", "outer of two", f"{asked}, {p} or {q}?", Phrase(ref), [ref[0]]))
    both = plural(t.name) if t == u else plural(kind_phrase(t.kind if t.kind == u.kind else t.kinds[-1]))
    said = Phrase(f"both are {both}") if t.kinds[-1] == u.kinds[-1] else Phrase("nothing")
    out.append(Question("answer", "in common", pick(rng, f"what do {p} and {q} have in common?", f"what are both {p} and {q}?"), said,
                        [said.text] + ([both, f"they are {both}"] if said.text != "nothing" else [])))
    out.append(yes(rng, "same thing", pick(rng, f"are {p} and {q} the same?", f"are {p} and {q} the same thing?"), t == u,
                   f"{p} is {a(t.name)} and {q} is {a(u.name)}"))
    return out


def listed(scene, members) -> Phrase:
    """Names of some things from left to right, those of one name together."""
    said, groups = Phrase(), {}
    for o in sorted(members, key=lambda o: o.centre[0]):
        groups.setdefault(o.thing.name, []).append(o)
    for n, (name, same) in enumerate(groups.items()):
        if n:
            said.add("and" if n == len(groups) - 1 else ",")
        said.add(a(name) if len(same) == 1 else f"{NUMBERS[len(same)]} {plural(name)}", scene.unit(same[0].box))
    return said


def of_whole(rng, scene) -> list:
    out, kinds, noun = [], kind_groups(scene), settings.PHRASES[scene.setting][0]
    if scene.setting != "plain":
        word = "inside" if scene.setting in INSIDE else "outside"
        out.append(Question("answer", "inside", pick(rng, "is this inside or outside?", "are we inside or outside?"),
                            Phrase((word, scene.whole), "<because>", (f"it is {noun}", scene.whole)), [word, f"it is {word}"]))
        if scene.setting not in INSIDE:
            word = "night" if scene.setting == "night" else "day"
            out.append(Question("answer", "day", pick(rng, "is it day or night?", "what time of day is it?"), Phrase((word, scene.whole)), [word, f"it is {word}"]))
    if scene.setting in WEATHER:
        word = WEATHER[scene.setting]
        out.append(Question("answer", "weather", pick(rng, "what is the weather like?", "how is the weather?"),
                            Phrase((word, scene.whole), "<because>", (f"it is {noun}", scene.whole)), [word, f"it is {word}"]))
    kind = pick(rng, *kinds) if rng.random() < 0.8 else pick(rng, *things()).kind
    members, many = kinds.get(kind, []), plural(kind_phrase(kind))
    if len({o.thing.name for o in members}) <= 4:
        said = listed(scene, members) if members else Phrase("none")
        out.append(Question("answer", "which kind", pick(rng, f"which {many} are there?", f"what {many} do you see?", f"which {many} can you see?"),
                            said, [said.text]))
    flag, *asked = pick(rng, *ANYTHING)
    hits = [o for o in scene.objects if o.thing.has(flag)]
    best = max(hits, key=lambda o: o.area, default=None)
    out.append(yes(rng, "anything", pick(rng, *asked), bool(hits), best and f"there {is_are(best.thing)} {a(best.thing.name)}",
                   scene.unit(best.box) if best else None))
    return out

"""What can be asked about a scene, and the honest answers: scene truth × knowledge table × phrasings.

Every question's answer has one canonical wording, so that a model can be right exactly; other
wordings that mean the same are accepted when a bundle is judged.
"""
import everyday
import settings
from knowledge import NUMBERS, a, kind_phrase, plural, things
from question import Question, is_are, pick, yes
from relations import beside, compare, kind_groups, name_groups, place_words, position
from text import Phrase

COLOURED = {"animal", "bird", "insect", "fruit", "vegetable", "plant", "flower"}
HUNTERS = {"tiger", "lion", "leopard", "wolf", "bear", "crocodile", "shark", "eagle", "snake",
           "fox", "cat", "owl"}


def about_one(rng, scene, k, obj, other_things):
    """Questions about the single region [k], which is obj."""
    t, box, ref = obj.thing, scene.unit(obj.box), f"[{k}]"
    named, whole = a(t.name), scene.whole
    it_is = f"it is {named}"
    out = []
    answer = lambda kind, text, said, *accept: out.append(Question("answer", kind, text, said, list(accept)))
    answer("name", pick(rng, f"what is {ref}?", f"what is this {ref}?", f"what do you see at {ref}?",
                        f"name {ref}", f"which thing is {ref}?", f"what is in {ref}?", f"what can you see in {ref}"),
           Phrase((named, box)), named, t.name, it_is)
    wide = pick(rng, *t.kinds)
    answer("kind", pick(rng, f"what kind of thing is {ref}?", f"what sort of thing is {ref}?", f"what type of thing is {ref}?"),
           Phrase((a(kind_phrase(t.kind)), box), "<because>", (it_is, box)),
           *[x for w in t.kinds for x in (a(kind_phrase(w)), kind_phrase(w))])
    if obj.true_colour and t.kind in COLOURED:
        answer("colour", pick(rng, f"what color is {ref}?", f"what colour is {ref}?", f"which color has {ref}?"),
               Phrase((t.colour, box)), t.colour, f"it is {t.colour}")
    because = ("<because>", (it_is, box))
    answer("can", pick(rng, f"what can {ref} do?", f"what does {ref} do?", f"what is {ref} able to do?"),
           Phrase((f"it can {t.can}", box), *because), f"it can {t.can}", t.can)
    answer("found", pick(rng, f"where would you find {ref}?", f"where is {ref} usually found?", f"where does {ref} belong?",
                         f"where can you find {ref}?"),
           Phrase((t.found, box), *because), t.found)
    answer("next", pick(rng, f"what might happen next to {ref}?", f"what might {ref} do next?", f"what may happen to {ref}?",
                        f"what will {ref} do next?"),
           Phrase((f"it may {t.next}", box), *because), f"it may {t.next}", t.next)
    if t.use:
        answer("use", pick(rng, f"what is {ref} for?", f"what is {ref} used for?", f"what do people use {ref} for?",
                           f"what can you use {ref} for?", f"why would someone need {ref}?"),
               Phrase((f"for {t.use}", box), *because), f"for {t.use}", t.use)
    if t.has("d"):
        answer("why", pick(rng, f"why should you be careful with {ref}?", f"why should a child stay away from {ref}?"),
               Phrase(("it is dangerous", box), *because), "it is dangerous")
    elif t.use:
        answer("why", pick(rng, f"why would someone want {ref}?", f"why do people have {ref}?"),
               Phrase((f"for {t.use}", box), *because), f"for {t.use}", t.use)
    elif "food" in t.kinds:
        answer("why", pick(rng, f"why would someone want {ref}?", f"why do people like {ref}?"),
               Phrase((f"it can {t.can}", box), *because), f"it can {t.can}", t.can)
    elif t.has("l") and "animal" in t.kinds:
        answer("why", pick(rng, f"why might {ref} move?", f"why might {ref} do something next?"),
               Phrase((f"it may {t.next}", box), *because), f"it may {t.next}", t.next)
    if t.made:
        out.append(everyday.made_of(rng, ref, t.made, it_is, box))
    answer("where", pick(rng, f"where is {ref}?", f"where is {ref} in the picture?", f"in which part of the picture is {ref}?"),
           Phrase((position(scene, obj), box)), position(scene, obj))
    kind_is = f"{named} is {a(kind_phrase(t.kind))}" if not t.plural else f"{named} are {plural(kind_phrase(t.kind))}"
    flags = [("e", [f"can you eat {ref}?", f"is {ref} edible?", f"can someone eat {ref}?"]),
             ("d", [f"is {ref} dangerous?", f"can {ref} hurt you?", f"could {ref} be dangerous?"]),
             ("l", [f"is {ref} alive?", f"is {ref} a living thing?", f"does {ref} breathe?"]),
             ("y", [f"can {ref} fly?", f"is {ref} able to fly?"]),
             ("s", [f"can {ref} swim?", f"does {ref} swim or float?"]),
             ("h", [f"is {ref} heavy?", f"is {ref} hard to lift?"]),
             ("f", [f"is {ref} fast?", f"can {ref} move fast?"])]
    for flag, asked in flags:
        if flag == "e" and t.kind == "drink":
            continue
        out.append(yes(rng, "property", pick(rng, *asked), t.has(flag), kind_is, box))
    lie = pick(rng, *other_things)
    for guess in (t, lie):
        out.append(yes(rng, "is it", pick(rng, f"is {ref} {a(guess.name)}?", f"is this {ref} {a(guess.name)}?"), guess == t,
                       None if guess == t else it_is, box))
    other = pick(rng, "animal", "vehicle", "tool", "plant", "food", "fruit", "building", "person", "drink", "ball",
                 *t.kinds, *t.kinds)
    out.append(yes(rng, "is kind", f"is {ref} {a(kind_phrase(other))}?", other in t.kinds, it_is, box))
    return out + everyday.of_one(rng, scene, ref, obj)


def about_two(rng, scene, i, first, j, second):
    p, q = f"[{i}]", f"[{j}]"
    t, u, bt, bu = first.thing, second.thing, scene.unit(first.box), scene.unit(second.box)
    out = []
    side = compare(scene, first, second)
    if side:
        out.append(Question("answer", "relation", pick(rng, f"where is {p} compared to {q}?", f"where is {p} seen from {q}?",
                                                        f"how is {p} placed to {q}?"),
                            Phrase((f"{side} {q}", bt)), [f"{side} {q}", side]))
        asked = pick(rng, "to the left of", "to the right of", "above", "below")
        opposite = {"to the left of": "to the right of", "above": "below"}
        opposite.update({v: k for k, v in opposite.items()})
        if rng.random() < 0.5:
            asked = side
        if asked == side or asked == opposite[side]:
            out.append(yes(rng, "relation check", f"is {p} {asked} {q}?", asked == side, f"{p} is {side} {q}", bt))
    ratio = first.area / second.area
    if ratio > 1.5 or ratio < 1 / 1.5:
        big = (p, bt) if ratio > 1 else (q, bu)
        small = (q, bu) if ratio > 1 else (p, bt)
        out.append(Question("answer", "bigger here", pick(rng, f"which one is bigger in the picture, {p} or {q}?",
                                                           f"which looks bigger, {p} or {q}?"), Phrase(big), [big[0]]))
        out.append(Question("answer", "smaller here", f"which one is smaller in the picture, {p} or {q}?", Phrase(small), [small[0]]))
    if abs(t.size - u.size) > 1:
        big = (p, bt) if t.size > u.size else (q, bu)
        large, little = (t, u) if t.size > u.size else (u, t)
        out.append(Question("answer", "bigger in life", pick(rng, f"which one is bigger in real life, {p} or {q}?",
                                                              f"which one is really bigger, {p} or {q}?"),
                            Phrase(big, "<because>", (f"{a(large.name)} {is_are(large)} bigger than {a(little.name)}", big[1])), [big[0]]))
    out.append(Question("answer", "names", pick(rng, f"what are {p} and {q}?", f"name {p} and {q}"),
                        Phrase((a(t.name), bt), "and", (a(u.name), bu)), [f"{a(t.name)} and {a(u.name)}", f"{t.name} and {u.name}"]))
    out.append(yes(rng, "same kind", pick(rng, f"are {p} and {q} the same kind of thing?", f"are {p} and {q} of the same kind?"),
                   t.kinds[-1] == u.kinds[-1],
                   f"{p} is {a(kind_phrase(t.kinds[-1]))} and {q} is {a(kind_phrase(u.kinds[-1]))}"))
    if t.name in HUNTERS or (t.kind in ("animal", "person") and u.has("e")) or rng.random() < 0.15:
        if t.name in HUNTERS and "animal" in u.kinds and u.size < t.size:
            said = Phrase((f"it may hunt {q}", bt), "<because>", (f"{a(t.name)} hunts {plural(u.name)}", bt))
        elif ("animal" in t.kinds or t.kind == "person") and u.kinds[-1] == "food":
            said = Phrase((f"it may eat {q}", bt), "<because>", (f"{q} is {a(u.name)}" if not u.plural else f"{q} are {u.name}", bu))
        else:
            said = Phrase(("nothing", bt))
        out.append(Question("answer", "do to", pick(rng, f"what might {p} do to {q}?", f"what may {p} do with {q}?", f"what could {p} do to {q}?"),
                            said, [said.text.split(" <because>")[0]]))
    return out + everyday.of_two(rng, scene, p, first, q, second)


def which_one(rng, scene, regions):
    """Questions that pick one of the regions: regions is a list of (k, object)."""
    out = []
    tests = [(t.name, [f"which one is the {t.name}?", f"which is {a(t.name)}?"], lambda o, n=t.name: o.thing.name == n)
             for t in {o.thing for _, o in regions}]
    for kind in {k for _, o in regions for k in o.thing.kinds}:
        phrase = a(kind_phrase(kind))
        tests.append((kind, [f"which one is {phrase}?", f"which of them is {phrase}?"], lambda o, n=kind: n in o.thing.kinds))
    for flag, asked in (("e", ["which one can you eat?", "which one is edible?"]), ("y", ["which one can fly?"]),
                        ("d", ["which one is dangerous?"]), ("l", ["which one is alive?"]), ("s", ["which one can swim?"])):
        tests.append((flag, asked, lambda o, f=flag: o.thing.has(f)))
    for name, asked, test in tests:
        hits = [(k, o) for k, o in regions if test(o)]
        if len(hits) == 1:
            k, o = hits[0]
            box = scene.unit(o.box)
            said = Phrase((f"[{k}]", box))
            if name != o.thing.name:
                said.add("<because>").add(f"it is {a(o.thing.name)}", box)
            out.append(Question("answer", "which one", pick(rng, *asked), said, [f"[{k}]"]))
    return out


def about_many(rng, scene, regions):
    """Questions over three or more regions at once: lists, counts among them, the odd one out."""
    if len(regions) < 2:
        return []
    out, listed = [], [(f"[{k}]", o, scene.unit(o.box)) for k, o in regions]
    if len(regions) in (3, 4):
        refs = ", ".join(r for r, _, _ in listed[:-1]) + f" and {listed[-1][0]}"
        said = Phrase()
        for n, (_, o, box) in enumerate(listed):
            if n:
                said.add("and" if n == len(listed) - 1 else ",")
            said.add(a(o.thing.name), box)
        out.append(Question("answer", "names of many", pick(rng, f"what are {refs}?", f"name {refs}"), said, [said.text]))
    kind = pick(rng, *{k: 0 for _, o, _ in listed for k in o.thing.kinds})
    n = sum(kind in o.thing.kinds for _, o, _ in listed)
    out.append(Question("answer", "count among", f"how many of them are {plural(kind_phrase(kind))}?",
                        Phrase(NUMBERS[n] if n < len(NUMBERS) else str(n)), [NUMBERS[n] if n < len(NUMBERS) else str(n), str(n)]))
    flag, asked = pick(rng, ("e", "how many of them can you eat?"), ("l", "how many of them are alive?"), ("y", "how many of them can fly?"))
    n = sum(o.thing.has(flag) for _, o, _ in listed)
    out.append(Question("answer", "count among", asked, Phrase(NUMBERS[n] if n else "none"), [NUMBERS[n] if n else "none", str(n)] + ([] if n else ["no", "zero"])))
    if len(listed) > 2:
        tops = [o.thing.kinds[-1] for _, o, _ in listed]
        odd = [n for n, top in enumerate(tops) if tops.count(top) == 1]
        if len(odd) == 1 and len(set(tops)) == 2:
            ref, o, box = listed[odd[0]]
            out.append(Question("answer", "odd one", pick(rng, "which one does not belong?", "which one is the odd one out?", "which one is different?"),
                                Phrase((ref, box), "<because>", (f"it is {a(kind_phrase(tops[odd[0]]))}", box)), [ref]))
    order = sorted(listed, key=lambda x: -x[1].area)
    if order[0][1].area > 1.3 * order[1][1].area:
        out.append(Question("answer", "biggest of", pick(rng, "which one of them is the biggest in the picture?", "which of these is the largest?"),
                            Phrase((order[0][0], order[0][2])), [order[0][0]]))
    return out


def about_whole(rng, scene):
    out, whole = [], scene.whole
    noun, _ = settings.PHRASES[scene.setting]
    groups, kinds = name_groups(scene), kind_groups(scene)
    table = things()
    out.append(Question("answer", "setting", pick(rng, "where is this?", "what is the setting?", "what place is this?",
                                                  "what is in the background?", "where was this picture taken?"),
                        Phrase((noun, whole)), [noun, noun.split(" ", 1)[1]]))
    absent = [t for t in table if t.name not in groups]
    for name in [pick(rng, *groups), pick(rng, *absent).name]:
        n = len(groups.get(name, []))
        box = scene.unit(groups[name][0].box) if n == 1 else None
        out.append(Question("answer", "count", pick(rng, f"how many {plural(name)} are there?", f"how many {plural(name)} do you see?",
                                                    f"count the {plural(name)}", f"how many {plural(name)} are in the picture?"),
                            Phrase((NUMBERS[n] if n else "none", box)), [NUMBERS[n] if n else "none", str(n)] + ([] if n else ["zero", "no"])))
        out.append(yes(rng, "is there", pick(rng, f"is there {a(name)}?", f"do you see {a(name)}?", f"is there {a(name)} in the picture?",
                                             f"can you see {a(name)}?"), n > 0, None, box))
    kind = pick(rng, *kinds) if rng.random() < 0.75 else pick(rng, *table).kind
    n = len(kinds.get(kind, []))
    counted = plural(kind_phrase(kind)) if kind not in ("food", "furniture", "clothing") else plural(kind_phrase(kind))
    out.append(Question("answer", "count kind", pick(rng, f"how many {counted} are there?", f"how many {counted} do you see?"),
                        Phrase(NUMBERS[n] if n else "none"), [NUMBERS[n] if n else "none", str(n)]))
    n = len(scene.objects)
    out.append(Question("answer", "count all", pick(rng, "how many things are there?", "how many objects do you see?"), Phrase(NUMBERS[n]),
                        [NUMBERS[n], str(n)]))
    order = sorted(scene.objects, key=lambda o: -o.area)
    if len(order) == 1 or order[0].area > 1.25 * order[1].area:
        o = order[0]
        out.append(Question("answer", "biggest", pick(rng, "what is the biggest thing?", "what is the largest thing in the picture?"),
                            Phrase((a(o.thing.name), scene.unit(o.box))), [a(o.thing.name), o.thing.name]))
    for o, relation, other in beside(scene, groups):
        out.append(Question("answer", "beside", f"what is {relation} the {other.thing.name}?",
                            Phrase((a(o.thing.name), scene.unit(o.box))), [a(o.thing.name), o.thing.name]))
    for o, words in place_words(scene):
        out.append(Question("answer", "at place", pick(rng, f"what is {words}?", f"what do you see {words}?"),
                            Phrase((a(o.thing.name), scene.unit(o.box))), [a(o.thing.name), o.thing.name]))
    return out + everyday.of_whole(rng, scene)


def captions(scene, obj=None):
    _, where = settings.PHRASES[scene.setting]
    if obj is not None:
        return Question("caption", "region", "", Phrase((a(obj.thing.name), scene.unit(obj.box)), (where, scene.whole)),
                        [f"{a(obj.thing.name)} {where}", a(obj.thing.name), obj.thing.name])
    said, groups = Phrase(), name_groups(scene)
    order = sorted(groups.items(), key=lambda g: -max(o.area for o in g[1]))[:3]
    for n, (name, members) in enumerate(order):
        if n:
            said.add("and" if n == len(order) - 1 else ",")
        box = scene.unit(max(members, key=lambda o: o.area).box)
        said.add(a(name) if len(members) == 1 else f"{NUMBERS[len(members)]} {plural(name)}", box)
    said.add(where, scene.whole)
    return Question("caption", "whole", "", said, [said.text])


def narration(scene):
    """Everything, from left to right, after the setting."""
    noun, _ = settings.PHRASES[scene.setting]
    said = Phrase((noun, scene.whole), "with")
    order = sorted(scene.objects, key=lambda o: o.centre[0])
    for n, o in enumerate(order):
        if n:
            said.add("and" if n == len(order) - 1 else ",")
        said.add(a(o.thing.name), scene.unit(o.box))
    return Question("narrate", "narrate", "", said, [said.text])

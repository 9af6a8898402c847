"""From scenes to training arrays: sets of regions, and segments of text packed behind each set."""
import numpy as np

import referring
from knowledge import things
from question import Question, pick
from questions import about_many, about_one, about_two, about_whole, captions, narration, which_one
from text import ANSWER, CAPTION, EOS, FIND, HERE, ABSENT, LOCATE, NARRATE, PIECE, SEP, UNK

SLOTS, MAX_TEXT = 16, 128
# What people say before a question, so that it changes no answer.
POLITE = ("please tell me", "tell me", "can you tell me", "do you know", "i would like to know", "please look", "and")
POLITELY = 0.06
# The share of a kind's questions with the commoner answer that is asked in training, for kinds in which it is far commoner.
KEPT = {"same kind": 0.3, "in common": 0.3, "same thing": 0.3, "relation": 0.6, "either side": 0.6}
BOX, INSIDE, OUTSIDE, WHOLE = 1, 2, 3, 4


def jittered(rng, box, amount=0.07):
    w, h = box[2] - box[0], box[3] - box[1]
    n = rng.normal(0, amount, 4) * (w, h, w, h)
    x0, y0, x1, y1 = np.clip(np.array(box) + n, 0, 1)
    return (min(x0, x1 - 0.01), min(y0, y1 - 0.01), max(x1, x0 + 0.01), max(y1, y0 + 0.01))


def pointed(rng, box):
    """A point near the middle of a thing, as a box of no size."""
    x, y = ((box[a] + box[a + 2]) / 2 + np.clip(rng.normal(0, 0.16), -0.4, 0.4) * (box[a + 2] - box[a]) for a in (0, 1))
    return x, y, x, y


def pointed_at(rng, scene, obj):
    """A point where the thing itself is seen, if a few tries find one."""
    for _ in range(6):
        point = pointed(rng, scene.unit(obj.box))
        x, y = (int(p * scene.longer) for p in point[:2])
        if obj.mask[min(y - obj.box[1], obj.mask.shape[0] - 1), min(x - obj.box[0], obj.mask.shape[1] - 1)]:
            break
    return point


def lassoed(rng, obj):
    """A polygon as a hand draws it around a thing, in pixels [n,2]: a few corners near the edge of what is seen of it."""
    x0, y0, x1, y1 = obj.box
    middle, reach = np.array([(x0 + x1) / 2, (y0 + y1) / 2]), np.array([x1 - x0, y1 - y0]) / 2
    n = int(rng.integers(5, 14))
    turn = (np.arange(n) + rng.uniform(-0.3, 0.3, n)) * (2 * np.pi / n) + rng.uniform(0, 2 * np.pi)
    way = np.stack([np.cos(turn), np.sin(turn)], -1)
    if obj.mask is None or not obj.mask.any():
        return middle + way * reach
    rows, cols = np.nonzero(obj.mask)
    off = np.stack([cols + 0.5 + x0, rows + 0.5 + y0], -1) - middle
    far = (off @ way.T).max(0)  # how far the thing reaches that way
    return middle + way * (far * rng.normal(1.05, 0.08, n) + rng.normal(0, 1.5, n))[:, None]


def bounds(scene, polygon):
    """The box of a polygon within the picture, as the engine makes a prompt of one."""
    lo, hi = polygon.min(0).clip(0), np.minimum(polygon.max(0), (scene.width, scene.height))
    return scene.unit((*np.minimum(lo, hi - 1), *hi))


class Slots:
    """The prompt slots of one region set."""

    def __init__(self, scene):
        self.box = np.zeros((SLOTS, 4), np.float32)
        self.kind = np.zeros(SLOTS, np.int64)
        self.owner = np.zeros(SLOTS, np.int64)
        self.used = 0
        self.put(WHOLE, scene.whole, 0)

    def put(self, kind, box, owner):
        if self.used < SLOTS:
            self.box[self.used], self.kind[self.used], self.owner[self.used] = box, kind, owner
            self.used += 1

    def point_at(self, rng, scene, obj, owner):
        """A region as people give it: mostly a box, else one or two points, perhaps one outside."""
        box, pick = scene.unit(obj.box), rng.random()
        if pick < 0.6:
            return self.put(BOX, jittered(rng, box), owner)
        if pick < 0.72:
            return self.put(BOX, bounds(scene, lassoed(rng, obj)), owner)
        for _ in range(1 + (rng.random() < 0.25)):
            self.put(INSIDE, pointed(rng, box), owner)
        if rng.random() < 0.2:
            for _ in range(8):
                x, y = rng.uniform(0, scene.whole[2]), rng.uniform(0, scene.whole[3])
                if not (box[0] <= x <= box[2] and box[1] <= y <= box[3]):
                    return self.put(OUTSIDE, (x, y, x, y), owner)


def ask_whole(rng, scene):
    found = [captions(scene), narration(scene)]
    items = referring.expressions(rng, scene)
    plainly = [i for i in items if i[0] in ("name", "name and place")]
    rest = [i for i in items if i not in plainly]
    most = pick(rng, 1, 3)  # fewer things to locate leave room for more to answer
    for group in (plainly, rest, referring.absences(rng, scene)):
        rng.shuffle(group)
        found += [referring.question(rng, scene, i) for i in group[:most]]
    more = about_whole(rng, scene)
    rng.shuffle(more)
    return found + more


class Corrupter:
    """Wrong answers that sound right: what was said to questions of the same kind, elsewhere."""

    KEPT = 60

    def __init__(self):
        self.said = {}

    def __call__(self, rng, q):
        """The question with a wrong answer, or None. Remembers the right one."""
        pool = self.said.setdefault(q.kind, [])
        wrong = None
        if pool:
            other = pool[rng.integers(len(pool))]
            plain = other.text.split(" <because>")[0]
            known = {r for r in (w for w, _ in q.answer.parts) if r.startswith("[")} | set(PIECE.findall(q.text))
            fits = all(w in known for w, _ in other.parts if w.startswith("["))
            if fits and plain not in q.accept and other.text != q.answer.text:
                wrong = Question(q.task, q.kind, q.text, other, [], None, wrong=True)
        if len(pool) < self.KEPT:
            pool.append(q.answer)
        else:
            pool[rng.integers(self.KEPT)] = q.answer
        return wrong


def criticized(rng, asked, corrupt, share=0.22):
    """Some of the questions again, right after themselves, with a wrong answer."""
    out = []
    for q in asked:
        out.append(q)
        if q.task == "answer" or q.kind == "region":
            wrong = corrupt(rng, q)
            if wrong is not None and rng.random() < share:
                out.append(wrong)
    return out


def common(q) -> bool:
    """Whether a question has the answer that most of its kind have in scenes, which are wide and full of different things."""
    return q.answer.text.split(" <because>")[0].split(" [")[0] in ("no", "nothing", "to the left of", "to the right of")


def ask_regions(rng, scene, chosen):
    """chosen: (k, object) in any order."""
    names = {o.thing.name for o in scene.objects}
    others = [t for t in things() if t.name not in names]
    if len(chosen) == 1:
        k, o = chosen[0]
        single = about_one(rng, scene, k, o, others)
        rest = single[1:]
        rng.shuffle(rest)
        return [captions(scene, o), single[0], referring.itself(scene, k, o)] + rest
    found = []
    for k, o in chosen:
        single = about_one(rng, scene, k, o, others)
        found += [single[0]] * (rng.random() < 0.5) + [single[rng.integers(1, len(single))]]
    pairs = []
    for i, o in chosen:
        for j, p in chosen:
            if i != j:
                pairs += about_two(rng, scene, i, o, j, p)
    pairs = [q for q in pairs if not common(q) or rng.random() < KEPT.get(q.kind, 1)]
    rng.shuffle(pairs)
    pairs.sort(key=lambda q: q.kind not in ("relation", "same kind", "weight", "speed", "do to") or rng.random() < 0.5)  # hard to learn: asked more often
    which = which_one(rng, scene, chosen) + about_many(rng, scene, chosen)
    rng.shuffle(which)
    k, o = chosen[rng.integers(len(chosen))]
    found += which[:5] + pairs[:6] + [referring.itself(scene, k, o)]
    rng.shuffle(found)
    return found


TASK = {"answer": ANSWER, "caption": CAPTION, "narrate": NARRATE, "locate": LOCATE}


def segment(tok, q, rng=None):
    """(ids, target per position or -1, box per position or None, plausible per position or -1) of one
    question with its answer; of a wrong answer nothing but its implausibility is learned."""
    ids = [TASK[q.task]]
    if q.task in ("answer", "locate"):
        politely = rng is not None and q.task == "answer" and rng.random() < POLITELY
        ids += tok.encode(f"{pick(rng, *POLITE)} {q.text}" if politely else q.text, question=True)[:40]
        if rng is not None and rng.random() < 0.12:  # unknown words must be survivable
            spot = int(rng.integers(1, len(ids)))
            if ids[spot] > 20:
                ids[spot] = UNK if q.kind != "name" else ids[spot]
        ids.append(FIND if q.task == "locate" else SEP)
    target, boxes = [-1] * len(ids), [None] * len(ids)
    if q.task == "locate":
        target[-1] = ABSENT if q.box is None else HERE
        boxes[-1] = q.box
        return ids, target, boxes, [-1] * len(ids)
    words = [(tok.id[w], b) for w, b in q.answer.parts]
    target[-1] = words[0][0]
    boxes[-1] = words[0][1]  # the answer is decided here: it should look where the answer will be
    ids += [w for w, _ in words]
    target += [w for w, _ in words[1:]] + [EOS]
    boxes += [b for _, b in words]
    judged = [-1] * len(ids)
    judged[-1] = 0 if q.wrong else 1
    if q.task != "answer" and q.kind != "region":
        judged[-1] = -1
    if q.wrong:
        target, boxes = [-1] * len(ids), [None] * len(ids)
    return ids, target, boxes, judged


def pack(tok, asked, rng):
    ids = np.zeros(MAX_TEXT, np.int64)
    pos, part = np.zeros(MAX_TEXT, np.int64), np.full(MAX_TEXT, -1, np.int64)
    target = np.full(MAX_TEXT, -1, np.int64)
    boxes, has = np.zeros((MAX_TEXT, 4), np.float32), np.zeros(MAX_TEXT, bool)
    judged = np.full(MAX_TEXT, -1, np.int64)
    at = 0
    for n, q in enumerate(asked):
        i, t, b, j = segment(tok, q, rng)
        if at + len(i) > MAX_TEXT:
            continue
        s = slice(at, at + len(i))
        ids[s], pos[s], part[s], target[s], judged[s] = i, np.arange(len(i)), n, t, j
        for k, box in enumerate(b):
            if box is not None:
                boxes[at + k], has[at + k] = box, True
        at += len(i)
    return ids, pos, part, target, boxes, has, judged


def sets(scene, tok, rng, regions=1, corrupt=None):
    """Region sets of one scene: none, then some; each with its packed text."""
    out = []
    for n in range(1 + regions):
        slots, asked = Slots(scene), None
        if n == 0:
            asked = ask_whole(rng, scene)
        else:
            limit = min(8, len(scene.objects))
            count = 1 if rng.random() < 0.5 or limit == 1 else int(rng.integers(2, limit + 1))
            objects = [scene.objects[i] for i in rng.permutation(len(scene.objects))[:count]]
            keys = rng.permutation(count) if rng.random() < 0.9 else rng.permutation(8)[:count]
            chosen = [(int(k), o) for k, o in zip(keys, objects)]
            for k, o in chosen:
                slots.point_at(rng, scene, o, k)
            asked = ask_regions(rng, scene, chosen)
        if corrupt is not None:
            asked = criticized(rng, asked, corrupt)
        out.append((slots.box, slots.kind, slots.owner) + pack(tok, asked, rng))
    return [np.stack(x) for x in zip(*out)]

"""Writes an evaluation split: pictures with their truth, and questions with the accepted answers.

  python3 split.py --out ../models/scenes-mini/eval
"""
import argparse
import json
from pathlib import Path

import numpy as np

import referring
import world
from knowledge import things
from questions import about_many, about_one, about_two, about_whole, captions, narration, which_one
from samples import jittered
from sprites import HELD_OUT, SHOWN, Sprites

# Kinds of answers that ask for the thing itself; the rest follows from the table once the thing is known.
SHAPES = [(4, 3), (4, 3), (3, 2), (1, 1), (3, 4), (16, 9), (2, 1)]


def region(rng, obj):
    x0, y0, x1, y1 = obj.box
    if rng.random() < 0.75:
        return {"box": [x0, y0, x1, y1]}
    return {"points": [[round((x0 + x1) / 2), round((y0 + y1) / 2)]], "labels": [1]}


def run_lengths(mask) -> str:
    """A mask [h, w] as COCO writes it: runs down the columns, each less the one before the last, in six-bit characters."""
    flat = mask.T.reshape(-1)
    edges = np.flatnonzero(np.diff(flat.astype(np.int8))) + 1
    runs = np.diff(np.concatenate([[0], edges, [flat.size]])).tolist()
    if flat[0]:
        runs.insert(0, 0)
    text = ""
    for n, run in enumerate(runs):
        value = run - runs[n - 2] if n > 2 else run
        while True:
            low, value = value & 31, value >> 5
            more = not (value == -1 if low & 16 else value == 0)
            text += chr((low | 32 if more else low) + 48)
            if not more:
                break
    return text


def described(scene, obj) -> dict:
    whole = np.zeros((scene.height, scene.width), bool)
    x0, y0, x1, y1 = obj.box
    whole[y0:y1, x0:x1] = obj.mask
    return {"name": obj.thing.name, "kind": obj.thing.kind, "box": list(obj.box),
            "mask": {"size": [scene.height, scene.width], "counts": run_lengths(whole)}}


def segments_of(rng, scene, items) -> list:
    """Each of some things to be outlined: from a careless box, from a point on it, from what it is called."""
    found = []
    for k in rng.permutation(len(scene.objects))[:2]:
        obj = scene.objects[k]
        x0, y0, x1, y1 = (round(v * scene.longer, 1) for v in jittered(rng, scene.unit(obj.box), 0.04))
        ys, xs = np.nonzero(obj.mask)
        at = rng.integers(len(xs))
        asked = [("box", [{"box": [x0, y0, x1, y1]}], ""),
                 ("points", [{"points": [[int(obj.box[0] + xs[at]), int(obj.box[1] + ys[at])]], "labels": [1]}], "")]
        asked += [("text", [], e) for _, e, o in items if o is obj][:1]
        found += [{"task": "segment", "kind": kind, "regions": regions, "text": text, "accept": [], "object": int(k)}
                  for kind, regions, text in asked]
    return found


def row(q, regions, accept=None):
    return {"task": q.task, "kind": q.kind, "regions": regions, "text": q.text.rstrip("?"),
            "accept": sorted(set(accept or q.accept), key=(accept or q.accept).index)}


def questions_of(rng, scene):
    found = []
    take = lambda options, n: [options[i] for i in rng.permutation(len(options))[:n]]
    items = referring.expressions(rng, scene)
    plain = [i for i in items if i[0] in ("name", "name and place")]
    for item in take(plain, 2) + take([i for i in items if i not in plain], 2) + take(referring.absences(rng, scene), 1):
        q = referring.question(rng, scene, item)
        r = row(q, [])
        r["box"] = None if item[2] is None else list(item[2].box)
        found.append(r)
    found += segments_of(rng, scene, plain)
    found += [row(q, []) for q in take(about_whole(rng, scene), 3)]
    names = {o.thing.name for o in scene.objects}
    others = [t for t in things() if t.name not in names]
    for o in take(scene.objects, 2):
        asked = about_one(rng, scene, 0, o, others)
        place = [region(rng, o)]
        found.append(row(captions(scene, o), place))
        found += [row(q, place) for q in asked[:1] + take(asked[1:], 2)]
    if len(scene.objects) > 1:
        pair = take(scene.objects, 2 if rng.random() < 0.6 or len(scene.objects) < 3 else 3)
        asked = which_one(rng, scene, list(enumerate(pair))) + about_many(rng, scene, list(enumerate(pair))) + about_two(rng, scene, 0, pair[0], 1, pair[1])
        places = [region(rng, o) for o in pair]
        found += [row(q, places) for q in take(asked, 3)]
    found.append(row(captions(scene), []))
    found.append(row(narration(scene), []))
    return found


def write(out: Path, sprites_dir: Path, seen: int, held: int, seed: int, longer: int, first: int):
    out.mkdir(parents=True, exist_ok=True)
    lines, size = [], 0
    styles = [SHOWN[i % len(SHOWN)] for i in range(seen)] + [HELD_OUT[i % len(HELD_OUT)] for i in range(held)]
    sprites = {s: Sprites(sprites_dir, [s]) for s in set(styles)}
    for n, style in enumerate(styles):
        rng, attempt = np.random.default_rng([seed, n]), 0
        while True:
            scene, picture = world.make([seed, n, attempt], sprites[style], longer, style=style,
                                        shape=SHAPES[rng.integers(len(SHAPES))])
            attempt += 1
            if scene.objects:
                break
        name = f"{first + n:03d}.jpg"
        for quality in (88, 75, 60, 45):
            picture.save(out / name, quality=quality)
            if (out / name).stat().st_size <= 30_000:
                break
        size += (out / name).stat().st_size
        lines.append(json.dumps({
            "file": name, "style": style, "heldOut": style in HELD_OUT, "width": scene.width, "height": scene.height,
            "setting": scene.setting,
            "objects": [described(scene, o) for o in scene.objects],
            "questions": questions_of(rng, scene)}))
    with open(out / "split.jsonl", "a" if first else "w") as split:
        split.write("\n".join(lines) + "\n")
    print(f"{len(lines)} scenes, {sum(len(json.loads(l)['questions']) for l in lines)} questions, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--sprites", type=Path, default=Path(".work/sprites"))
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--seen", type=int, default=88)
    p.add_argument("--held", type=int, default=48)
    p.add_argument("--seed", type=int, default=2026)
    p.add_argument("--longer", type=int, default=400)
    p.add_argument("--first", type=int, default=0, help="the number of the first picture; above 0 the scenes are added to those that are there")
    o = p.parse_args()
    write(o.out, o.sprites, o.seen, o.held, o.seed, o.longer, o.first)

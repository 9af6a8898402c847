"""Writes questions in everyday words about the pictures of an evaluation split, beside those it has.

  python3 everyday_split.py --split ../models/scenes-mini/eval --out ../models/scenes-mini/eval/everyday
"""
import argparse
import json
from pathlib import Path

import numpy as np

import everyday
import referring
from knowledge import by_name
from split import region, row
from world import Placed, Scene

SEED = 31


def scene_of(told: dict) -> Scene:
    """A scene from its line of a split; its masks are left out, which no question here asks for."""
    objects = [Placed(by_name()[o["name"]], told["style"], tuple(o["box"])) for o in told["objects"]]
    return Scene(told["width"], told["height"], told["setting"], objects)


def questions_of(rng, scene) -> list:
    take = lambda options, n: [options[i] for i in rng.permutation(len(options))[:n]]
    found = [row(q, []) for q in take(everyday.of_whole(rng, scene), 2)]
    for o in take(scene.objects, 2):
        place = [region(rng, o)]
        found += [row(q, place) for q in take(everyday.of_one(rng, scene, "[0]", o), 2)]
    if len(scene.objects) > 1:
        first, second = take(scene.objects, 2)
        places = [region(rng, first), region(rng, second)]
        found += [row(q, places) for q in take(everyday.of_two(rng, scene, "[0]", first, "[1]", second), 3)]
    for item in take([i for i in referring.expressions(rng, scene) if i[0] == "use"], 1):
        located = row(referring.question(rng, scene, item), [])
        found.append(located | {"box": list(item[2].box)})
    return found


def main(o):
    o.out.mkdir(parents=True, exist_ok=True)
    lines = []
    for n, line in enumerate((o.split / "split.jsonl").read_text().splitlines()):
        told = json.loads(line)
        kept = {k: told[k] for k in ("file", "style", "heldOut", "width", "height", "setting")}
        lines.append(json.dumps(kept | {"questions": questions_of(np.random.default_rng([SEED, n]), scene_of(told))}))
    (o.out / "split.jsonl").write_text("\n".join(lines) + "\n")
    print(f"{len(lines)} scenes, {sum(len(json.loads(line)['questions']) for line in lines)} questions")


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--split", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    main(p.parse_args())

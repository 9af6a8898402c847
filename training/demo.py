"""Composes the demo scenes that come with the bundle: crisp, by hand, with a few questions each.

  python3 demo.py --icons node_modules/@iconify-json --out ../models/scenes-mini/demo
"""
import argparse
import json
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

import settings
from artwork import collection_of, find_icon, rasterize, svg_of
from knowledge import by_name

# file, style, setting, width, height, seed; things as (name, centre x, centre y, size as share of the
# width, mirrored); questions as (task, regions as numbers of things, text, expected).
SCENES = [
    ("farm.png", "noto", "meadow", 640, 480, 5,
     [("tractor", .74, .52, .34, 0), ("cow", .30, .58, .30, 0), ("dog", .52, .82, .17, 1), ("sunflower", .10, .80, .15, 0), ("chicken", .88, .84, .14, 0)],
     [("answer", [1], "what is [0]?", "a cow"), ("answer", [0], "what is [0] for?", "for farming"),
      ("answer", [1, 2], "where is [0] compared to [1]?", None), ("locate", [], "the dog", 2), ("locate", [], "the vehicle", 0),
      ("locate", [], "the tiger", None), ("caption", [4], "", "a chicken in a meadow"), ("answer", [], "how many animals are there?", "three"),
      ("answer", [], "which animals are there?", "a cow, a dog and a chicken"), ("answer", [0, 2], "which one is heavier, [0] or [1]?", "[0]")]),
    ("beach.jpg", "twemoji", "beach", 640, 360, 3,
     [("palm", .15, .50, .28, 0), ("umbrella", .42, .60, .22, 0), ("crab", .62, .84, .13, 0), ("ice cream", .80, .72, .13, 0), ("sailboat", .78, .34, .15, 0)],
     [("answer", [2], "what can [0] do?", "it can walk sideways"), ("answer", [3], "can you eat [0]?", "yes"),
      ("answer", [], "where is this?", "a beach"), ("locate", [], "the tiger", None), ("locate", [], "the crab", 2), ("narrate", [], "", None),
      ("answer", [2], "should I be afraid of [0]?", "no"), ("answer", [], "what is the weather like?", "sunny")]),
    ("street.png", "fluent-emoji-flat", "street", 640, 480, 11,
     [("bus", .28, .60, .36, 0), ("taxi", .66, .72, .24, 1), ("bicycle", .88, .80, .18, 0), ("police officer", .50, .62, .13, 0), ("dog", .46, .88, .12, 0)],
     [("answer", [1], "what is [0] used for?", "for getting a ride"), ("answer", [0, 2], "which one is bigger in real life, [0] or [1]?", "[0]"),
      ("answer", [3], "what can [0] do?", "it can catch thieves"), ("locate", [], "the person", 3), ("locate", [], "the bicycle", 2), ("narrate", [], "", None),
      ("answer", [3], "who is [0]?", "a police officer"), ("answer", [], "is it day or night?", "day"), ("locate", [], "something for riding", 2)]),
    ("night.png", "noto", "night", 480, 640, 8,
     [("rocket", .62, .28, .42, 0), ("owl", .24, .62, .28, 0), ("ghost", .70, .72, .30, 0), ("candle", .40, .86, .16, 0)],
     [("answer", [0], "what might happen next to [0]?", "it may take off"), ("answer", [1, 3], "which one can fly?", "[0]"),
      ("answer", [], "what is the setting?", "the night sky"), ("locate", [], "the bird", 1), ("locate", [], "the ghost", 2),
      ("answer", [], "is anything here alive?", "yes"), ("locate", [], "something that can see in the dark", 1)]),
    ("snow.jpg", "fxemoji", "snow", 640, 480, 4,
     [("pine", .16, .45, .30, 0), ("snowman", .48, .52, .28, 0), ("penguin", .78, .66, .22, 0), ("gift", .34, .86, .13, 0)],
     [("answer", [2], "is [0] alive?", "yes"), ("answer", [1], "what might happen next to [0]?", "it may melt"),
      ("answer", [2, 3], "which one is a bird?", "[0]"), ("locate", [], "the gift", 3), ("caption", [], "", None),
      ("answer", [1, 2], "what do [0] and [1] have in common?", "nothing"), ("answer", [], "is this inside or outside?", "outside")]),
    ("kitchen.png", "twemoji", "kitchen", 640, 427, 6,
     [("bread", .22, .66, .24, 0), ("cheese", .48, .74, .18, 0), ("coffee", .72, .66, .20, 0), ("banana", .88, .82, .15, 0), ("knife", .50, .40, .20, 0)],
     [("answer", [4], "is [0] dangerous?", "yes"), ("answer", [4], "what is [0] for?", "for cutting food"),
      ("answer", [0, 2], "what are [0] and [1]?", "bread and coffee"), ("locate", [], "the fruit", 3), ("locate", [], "the tool", 4),
      ("answer", [], "is there anything dangerous?", "yes"), ("locate", [], "something for cutting food", 4)]),
    ("music.png", "fluent-emoji-flat", "room", 640, 640, 9,
     [("guitar", .26, .56, .36, 0), ("cat", .66, .76, .32, 0), ("trumpet", .70, .34, .24, 0), ("book", .40, .88, .14, 0)],
     [("answer", [0, 1, 2], "which one is alive?", "[1]"), ("answer", [0, 2], "are [0] and [1] the same kind of thing?", "yes"),
      ("locate", [], "the musical instrument on the left", 0), ("locate", [], "the animal", 1), ("answer", [], "how many musical instruments are there?", "two"),
      ("answer", [0, 2], "what do [0] and [1] have in common?", "both are musical instruments"), ("answer", [1], "is it safe to touch [0]?", "yes")]),
    ("fox.png", "noto", "plain", 480, 480, 0, [("fox", .50, .50, .72, 0)],
     [("caption", [0], "", "a fox on a plain background"), ("answer", [0], "where would you find [0]?", "in a forest"), ("locate", [], "the fox", 0)]),
    ("sea.jpg", "noto", "sea", 640, 320, 2,
     [("whale", .30, .45, .34, 0), ("fish", .62, .30, .12, 0), ("fish", .72, .66, .20, 0), ("octopus", .90, .74, .14, 0), ("turtle", .52, .82, .13, 0)],
     [("answer", [], "how many fish are there?", "two"), ("locate", [], "the biggest fish", 2), ("locate", [], "the fish on the left", 1),
      ("answer", [0, 1], "which one is bigger in the picture, [0] or [1]?", "[0]"), ("narrate", [], "", None),
      ("answer", [1, 2], "are [0] and [1] the same?", "yes")]),
]


def compose(scene, collections, work):
    name, style, setting, w, h, seed, placed, asked = scene
    rng = np.random.default_rng(seed)
    if setting == "plain":
        canvas = Image.new("RGB", (w, h), (255, 255, 255))
    else:  # painted at twice the size, for smooth edges
        canvas = settings.PAINTERS[setting](rng, w * 2, h * 2).resize((w, h), Image.LANCZOS)
    objects = []
    for thing, x, y, size, mirrored in placed:
        path = work / f"{style}-{thing}.png"
        rasterize(svg_of(collections[style], find_icon(collections[style]["icons"], by_name()[thing], style)), path, round(size * w))
        art = Image.open(path)
        if mirrored:
            art = art.transpose(Image.FLIP_LEFT_RIGHT)
        x0 = int(min(max(0, x * w - art.width / 2), w - art.width))
        y0 = int(min(max(0, y * h - art.height / 2), h - art.height))
        canvas.paste(art, (x0, y0), art)
        objects.append({"name": thing, "kind": by_name()[thing].kind, "box": [x0, y0, x0 + art.width, y0 + art.height]})
    questions = []
    for task, regions, text, expected in asked:
        q = {"task": task, "regions": [{"box": objects[n]["box"]} for n in regions], "text": text}
        if task == "locate":
            q["box"] = None if expected is None else objects[expected]["box"]
        elif expected is not None:
            q["expected"] = expected
        questions.append(q)
    return canvas, {"file": name, "style": style, "width": w, "height": h, "setting": setting, "objects": objects, "questions": questions}


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--icons", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    o = p.parse_args()
    o.out.mkdir(parents=True, exist_ok=True)
    collections = {s: collection_of(o.icons, s) for s in {x[1] for x in SCENES}}
    truth = []
    with tempfile.TemporaryDirectory() as work:
        for scene in SCENES:
            canvas, facts = compose(scene, collections, Path(work))
            canvas.save(o.out / scene[0], **({"quality": 90} if scene[0].endswith("jpg") else {"optimize": True}))
            truth.append(facts)
    (o.out / "scenes.json").write_text(json.dumps(truth, indent=1) + "\n")
    print(f"{len(truth)} scenes")

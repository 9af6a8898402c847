"""Asks a checkpoint the demo scenes' questions and prints what it says beside what is expected.

  python3 ask.py --checkpoint .work/run/last.pt --scenes ../models/scenes-mini/demo
"""
import argparse
import json
from pathlib import Path

import numpy as np
import torch
from PIL import Image

import world
from evaluate import Judge, iou
from export import load
from samples import TASK
from text import ABSENT, FIND, HERE, SEP


@torch.no_grad()
def answers(judge, scene, folder):
    picture = world.letterbox(Image.open(folder / scene["file"]).convert("RGB"), judge.model.c.size)
    features = judge.model.encoder(judge.model.pixels(torch.from_numpy(picture[None]))).half().float()
    longer = max(scene["width"], scene["height"])
    for q in scene["questions"]:
        prompt = [TASK[q["task"]]]
        if q["task"] in ("answer", "locate"):
            prompt += judge.tok.encode(q["text"], True) + [FIND if q["task"] == "locate" else SEP]
        ids, boxes, last = judge.ask(features, [(0, scene, q["regions"], prompt)])[0]
        if q["task"] == "locate":
            here = float(torch.softmax(last[[HERE, ABSENT]].float(), -1)[0])
            found = [v * longer for v in boxes[-1]]
            right = here < 0.5 if q["box"] is None else here >= 0.5 and iou(found, q["box"]) > 0.5
            yield q, f"{[round(v) for v in found]} here {here:.2f}", right
        else:
            said = judge.tok.decode(ids[len(prompt):])
            yield q, said, None if "expected" not in q else said.split(" <because>")[0] == q["expected"]


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--checkpoint", type=Path, required=True)
    p.add_argument("--scenes", type=Path, required=True)
    p.add_argument("--write", action="store_true", help="note in scenes.json which answers hold")
    o = p.parse_args()
    torch.set_num_threads(1)
    model, tok, _ = load(o.checkpoint)
    judge = Judge(model, tok, o.scenes)
    scenes = json.loads((o.scenes / "scenes.json").read_text())
    for scene in scenes:
        print(f"\n{scene['file']}: {scene['setting']}, {', '.join(x['name'] for x in scene['objects'])}")
        for q, said, right in answers(judge, scene, o.scenes):
            if right is not None:
                q["holds"] = right
            mark = {True: "ok ", False: "NO ", None: "   "}[right]
            print(f"  {mark}{q['task']:8s} {q['text'] or '-':48s} {said}" + (f"   (expected {q['expected']})" if right is False and "expected" in q else ""))
    if o.write:
        (o.scenes / "scenes.json").write_text(json.dumps(scenes, indent=1) + "\n")

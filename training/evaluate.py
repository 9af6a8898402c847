"""Measures a checkpoint on a split, seen styles and the held-out one apart.

  python3 evaluate.py --checkpoint .work/run/last.pt --split ../models/scenes-mini/eval
"""
import argparse
import json
import math
from collections import defaultdict
from pathlib import Path

import numpy as np
import torch
from PIL import Image

import world
from export import load
from graphs import QUEUE
from knowledge import by_name
from samples import BOX, INSIDE, OUTSIDE, SLOTS, TASK, WHOLE
from speak import Speaker
from text import ABSENT, BECAUSE, CAPTION, FIND, HERE, SEP


def iou(a, b):
    w, h = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if w <= 0 or h <= 0:
        return 0.0
    area = lambda r: max(0, r[2] - r[0]) * max(0, r[3] - r[1])
    return w * h / (area(a) + area(b) - w * h)


def slots(scene, regions):
    """The prompt slots of a question's regions, as the engine lays them out."""
    longer = max(scene["width"], scene["height"])
    rows = [(WHOLE, (0, 0, scene["width"] / longer, scene["height"] / longer), 0)]
    for k, r in enumerate(regions):
        if "box" in r:
            rows.append((BOX, [v / longer for v in r["box"]], k))
        for (x, y), label in zip(r.get("points", []), r.get("labels", [])):
            rows.append((INSIDE if label else OUTSIDE, (x / longer, y / longer) * 2, k))
    box, kind, owner = np.zeros((SLOTS, 4), np.float32), np.zeros(SLOTS, np.int64), np.zeros(SLOTS, np.int64)
    for n, (k, b, o) in enumerate(rows[:SLOTS]):
        kind[n], box[n], owner[n] = k, b, o
    return box, kind, owner


class Judge:
    def __init__(self, model, tok, folder):
        self.model, self.tok, self.speak, self.folder = model, tok, Speaker(model), Path(folder)
        self.scores = defaultdict(list)

    def add(self, scene, task, kind, right):
        for group in (task, f"{task} / {kind}"):
            self.scores[bool(scene["heldOut"]), group].append(float(right))

    def ask(self, features, asked):
        """asked: (scene index, scene, regions, prompt); answers as (ids, boxes, last logits) lists."""
        out, tokens = [], []
        order = [slots(s, r) for _, s, r, _ in asked]
        for at in range(0, len(asked), 64):
            part = order[at:at + 64]
            box, kind, owner = (torch.from_numpy(np.stack([p[i] for p in part])) for i in range(3))
            rows = torch.tensor([a[0] for a in asked[at:at + 64]])
            tokens = self.model.prefix_tokens(features[rows], box, kind, owner)
            located = asked[at][3][0] == TASK["locate"]
            out += list(zip(*self.speak(tokens, [a[3] for a in asked[at:at + 64]], answers=not located)))
        return out

    @torch.no_grad()
    def run(self, scenes):
        size, feats = self.model.c.size, []
        for at in range(0, len(scenes), 16):
            raw = np.stack([world.letterbox(Image.open(self.folder / s["file"]).convert("RGB"), size) for s in scenes[at:at + 16]])
            feats.append(self.model.encoder(self.model.pixels(torch.from_numpy(raw))).half().float())
        features = torch.cat(feats)
        for task in ("locate", "answer", "caption", "narrate"):
            asked, facts = [], []
            for n, s in enumerate(scenes):
                for q in s["questions"]:
                    if q["task"] != task:
                        continue
                    prompt = [TASK[task]]
                    if task in ("answer", "locate"):
                        prompt += self.tok.encode(q["text"], True)[:40] + [FIND if task == "locate" else SEP]
                    asked.append((n, s, q["regions"], prompt))
                    facts.append((s, q))
            for (s, q), (ids, boxes, last), a in zip(facts, self.ask(features, asked), asked):
                self.judge(task, s, q, ids[len(a[3]):], boxes, last, len(a[3]))
        self.detect(features, scenes)
        return self.table()

    def judge(self, task, s, q, said, boxes, last, start):
        longer = max(s["width"], s["height"])
        if task == "locate":
            here = float(torch.softmax(last[[HERE, ABSENT]].float(), -1)[0])
            if q["box"] is None:
                return self.add(s, "locate absent", q["kind"], here < 0.5)
            good = iou([v * longer for v in boxes[-1]], q["box"]) > 0.5
            self.add(s, "locate", q["kind"], good)
            return self.add(s, "locate present", q["kind"], here >= 0.5)
        if BECAUSE in said:
            cut = said.index(BECAUSE)
            said, boxes = said[:cut], boxes[:start + cut]
        text = self.tok.decode(said)
        if task == "caption":
            if q["kind"] == "region":
                self.add(s, "caption exact", "region", text == q["accept"][0])
                return self.add(s, "caption name", "region", text.startswith(q["accept"][1] + " ") or text == q["accept"][1])
            return self.add(s, "caption exact", "whole", text in q["accept"])
        if task == "narrate":
            self.add(s, "narrate exact", "all", text in q["accept"])
            return self.narrated(s, said, boxes[start:], longer)
        self.add(s, "answer", q["kind"], text in q["accept"])

    def narrated(self, s, said, boxes, longer):
        names = [o["name"] for o in s["objects"]]
        words = [self.tok.all[i] for i in said]
        found = []
        for n in range(len(words)):
            for width in (2, 1):
                phrase = " ".join(words[n:n + width])
                if phrase in by_name() and n + width <= len(words):
                    x0, y0, x1, y1 = (v * longer for v in boxes[n + width - 1])
                    cx, cy = (x0 + x1) / 2, (y0 + y1) / 2
                    found.append(phrase)
                    same = [o["box"] for o in s["objects"] if o["name"] == phrase]
                    if same:
                        inside = any(b[0] <= cx <= b[2] and b[1] <= cy <= b[3] for b in same)
                        gap = min(math.hypot(cx - (b[0] + b[2]) / 2, cy - (b[1] + b[3]) / 2) for b in same) / longer
                        self.add(s, "narrate within", "words", inside)
                        self.add(s, "narrate distance", "words", gap)
                    break
        hits = sum(min(found.count(n), names.count(n)) for n in set(names))
        self.add(s, "narrate recall", "names", hits / len(names))
        self.add(s, "narrate precision", "names", hits / max(1, len(found)))

    def detect(self, features, scenes):
        asked, facts = [], []
        scores, boxes = self.model.detector.peaks(*self.model.detector(features), QUEUE)
        for n, s in enumerate(scenes):
            longer, kept = max(s["width"], s["height"]), []
            for score, box in zip(scores[n].tolist(), boxes[n].tolist()):
                if score >= 0.3 and len(kept) < 12 and all(iou(box, k[1]) < 0.5 for k in kept):
                    kept.append((score, box))
            for score, box in kept:
                pixel = [v * longer for v in box]
                asked.append((n, s, [{"box": pixel}], [CAPTION]))
                facts.append((score, n, pixel))
        found = []
        for (score, n, box), (ids, _, _) in zip(facts, self.ask(features, asked)):
            found.append((score, n, box, self.tok.decode(ids[1:])))
        for held in (False, True):
            truth = {n: s["objects"] for n, s in enumerate(scenes) if s["heldOut"] == held}
            if not truth:
                continue
            mine = sorted((f for f in found if f[1] in truth), key=lambda f: -f[0])
            for named in (True, False):
                values = [average_precision(mine, truth, t, named) for t in (0.3, 0.4, 0.5, 0.6, 0.7)]
                self.scores[held, "detect mAP" if named else "detect mAP (boxes only)"] = [float(np.mean(values))]

    def table(self):
        groups = sorted({g for _, g in self.scores})
        return {g: {("held-out" if h else "seen"): (float(np.mean(self.scores[h, g])), len(self.scores[h, g]))
                    for h in (False, True) if (h, g) in self.scores} for g in groups}


def average_precision(found, truth, threshold, named):
    taken, hits = set(), []
    total = sum(len(o) for o in truth.values())
    for score, n, box, text in found:
        best, which = threshold, None
        for k, o in enumerate(truth[n]):
            says = not named or f" {o['name']} " in f" {text} "
            if (n, k) not in taken and says and iou(box, o["box"]) >= best:
                best, which = iou(box, o["box"]), k
        if which is not None:
            taken.add((n, which))
        hits.append(which is not None)
    if not hits:
        return 0.0
    right = np.cumsum(hits)
    precision, recall = right / np.arange(1, len(hits) + 1), right / total
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    return float(np.sum(np.diff(np.concatenate([[0], recall])) * envelope))


def show(table, kinds=True):
    lines = []
    for group, cells in table.items():
        if "/" in group and not kinds:
            continue
        cell = lambda k: f"{100 * cells[k][0]:5.1f} ({cells[k][1]})" if k in cells else "-"
        lines.append(f"{group:36s} seen {cell('seen'):14s} held-out {cell('held-out')}")
    return "\n".join(lines)


ROWS = [("locate", "locate: IoU > 0.5"), ("locate present", "locate: present things said to be present"),
        ("locate absent", "locate: absent things said to be absent"), ("caption name", "caption of a region: the right name"),
        ("caption exact / region", "caption of a region: name and setting"), ("caption exact / whole", "caption of the picture: exact"),
        ("answer", "answer: an accepted wording"), ("detect mAP", "detect: dense-caption mAP"),
        ("detect mAP (boxes only)", "detect: mAP of boxes alone"), ("narrate recall", "narrate: things named"),
        ("narrate precision", "narrate: names that are right"), ("narrate within", "narrate: names placed within their thing"),
        ("narrate distance", "narrate: mean distance (% of the longer side)")]


def markdown(table):
    cell = lambda group, k: f"{100 * table[group][k][0]:.1f}" if k in table.get(group, {}) else "–"
    lines = ["| | seen styles | held out |", "|---|---|---|"]
    return "\n".join(lines + [f"| {text} | {cell(g, 'seen')} | {cell(g, 'held-out')} |" for g, text in ROWS])


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--checkpoint", type=Path, required=True)
    p.add_argument("--split", type=Path, required=True)
    p.add_argument("--json", type=Path)
    p.add_argument("--markdown", action="store_true")
    p.add_argument("--threads", type=int, default=1)
    o = p.parse_args()
    torch.set_num_threads(o.threads)
    model, tok, saved = load(o.checkpoint)
    scenes = [json.loads(line) for line in (o.split / "split.jsonl").read_text().splitlines()]
    table = Judge(model, tok, o.split).run(scenes)
    print(f"step {saved['step']}, {saved['seconds'] / 60:.0f} minutes, {saved['pictures']} pictures")
    print(markdown(table) if o.markdown else show(table))
    if o.json:
        o.json.write_text(json.dumps({"step": saved["step"], "seconds": saved["seconds"], "table": table}, indent=1))

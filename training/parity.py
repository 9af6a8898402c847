"""Runs a checkpoint's graphs in torch and writes inputs and results for parity.mjs to compare.

  python3 parity.py --checkpoint .work/run/last.pt --out .work/parity
  node parity.mjs ../models/scenes-mini .work/parity
"""
import argparse
import json
from pathlib import Path

import numpy as np
import torch

import world
from export import load
from graphs import QUEUE, Detect, Encode, MaskGraph, RegionGraph, Unpacked, examples, packed
from sprites import SHOWN, Sprites
from text import ANSWER, CAPTION, EOS, NARRATE, SEP

FAINT = 5e-3  # score of a proposal in which nothing was seen; what serving returns scores 0.3 and more


class Steps:
    """Greedy decoding in torch over a prefix, without a cache of text: the plain definition."""

    def __init__(self, model):
        self.decoder, self.p = model.decoder, model.c.prefix

    def read(self, tokens, ids):
        ids = torch.tensor([ids])
        part = torch.zeros_like(ids)
        pos = torch.arange(ids.shape[1]).unsqueeze(0)
        return self.decoder.heads_of(self.decoder(tokens, ids, pos, part)[0])

    def greedy(self, tokens, prompt, limit=45):
        ids = list(prompt)
        while len(ids) - len(prompt) < limit:
            logits, _, _ = self.read(tokens, ids)
            word = int(logits[0, -1].argmax())
            if word == EOS:
                break
            ids.append(word)
        logits, boxes, plausible = self.read(tokens, ids)
        return ids, logits[0], boxes[0], plausible[0]


def dump(folder, name, array):
    array = np.ascontiguousarray(array)
    array.tofile(folder / f"{name}.bin")
    return {"file": f"{name}.bin", "type": str(array.dtype), "shape": list(array.shape)}


def settled(features, c):
    """Where features [B,N,D] may be compared: on empty ground neighbours are as like each other as rounding, so that which
    of them is a peak, and the order of such peaks, is free."""
    real = (Unpacked(features, c).scores > FAINT).float()
    spread = lambda share, width, numbers: packed(share.unsqueeze(-1).expand(-1, -1, width).flatten(1), numbers, c)
    cells = torch.ones(len(features), c.grid ** 2, c.width)
    return torch.cat([cells, spread(real, 5, QUEUE * 5), spread(real[:, :c.proposals], c.lm, c.proposals * c.lm)], 1)


@torch.no_grad()
def run(model, tok, out: Path, pictures):
    out.mkdir(parents=True, exist_ok=True)
    raw = torch.from_numpy(np.stack(pictures))
    pixels = model.pixels(raw)
    features = Encode(model)(pixels)
    boxes, kind, owner = examples(model.c, len(pictures))
    prefix = RegionGraph(model)(features, boxes, kind, owner)
    proposals, scores = Detect(model)(features)
    mask, frame = MaskGraph(model)(features, boxes[:, 1])
    index = {n: dump(out, n, t.numpy()) for n, t in (
        ("pixels", pixels), ("features", features), ("settled", settled(features, model.c)), ("boxes", boxes), ("kind", kind), ("owner", owner),
        ("prefix", prefix), ("proposals", proposals), ("scores", scores),
        ("outlined", boxes[:, 1]), ("mask", mask), ("frame", frame))}
    steps, cases = Steps(model), []
    prompts = [[CAPTION], [NARRATE], [ANSWER] + tok.encode("what is [1]?", True) + [SEP],
               [ANSWER] + tok.encode("where would you find [1]?", True) + [SEP]]
    tokens = RegionGraph(model).tokens(features, boxes, kind, owner)
    for row in range(len(pictures)):
        prompt = prompts[row % len(prompts)]
        ids, logits, places, plausible = steps.greedy(tokens[row:row + 1], prompt)
        cases.append({"prompt": prompt, "ids": ids, "logits": dump(out, f"logits{row}", logits.numpy()),
                      "boxes": dump(out, f"places{row}", places.numpy()),
                      "plausible": dump(out, f"plausible{row}", plausible.numpy())})
        print(tok.decode(ids))
    (out / "index.json").write_text(json.dumps({"arrays": index, "cases": cases, "eos": EOS}))


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--checkpoint", type=Path, required=True)
    p.add_argument("--sprites", type=Path, default=Path(".work/sprites"))
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--scenes", type=int, default=16)
    o = p.parse_args()
    model, tok, _ = load(o.checkpoint)
    sprites = Sprites(o.sprites, SHOWN)
    pictures = [world.letterbox(world.make([77, i], sprites)[1], model.c.size) for i in range(o.scenes)]
    run(model, tok, o.out, pictures)

"""Writes a checkpoint as a folder that `./loupe bundle pixel` makes a bundle of: weights, sizes and tasks, tokenizer.

  python3 export.py --checkpoint .work/run/last.pt --out ../models/scenes-mini
  python3 export.py --random --tokenizer t.json --out bundle     (right shapes, no training)
"""
import argparse
import json
from pathlib import Path

import torch

import weights
from graphs import QUEUE
from knowledge import things
from model import CELL, Config, Model
from text import Tokenizer


def config(c: Config, version: str, description: str):
    sizes = {key: value for key, value in c.asdict().items() if key not in ("hidden", "names")}
    return {
        "name": "scenes-mini", "version": version, "description": description,
        "license": "MIT; trained on public emoji artwork, attributed in CARD.md",
        "image": {"size": c.size, "resize": "letterbox", "pad": [128, 128, 128],
                  "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]},
        "limits": {"maxRegions": 8, "maxTextTokens": 40, "maxWords": 45},
        "tasks": {
            "answer": {"prompt": ["<answer>", "{text}", "<sep>"]},
            "caption": {"prompt": ["<caption>"]},
            "narrate": {"prompt": ["<narrate>"]},
            "locate": {"prompt": ["<locate>", "{text}", "<find>"]},
            "segment": {"prompt": ["<locate>", "{text}", "<find>"], "region": ["<locate>", "[0]", "<find>"]},
            "detect": {"task": "caption", "scoreThreshold": 0.3, "iouThreshold": 0.5, "maxRegions": 12},
        },
        "model": {"cell": CELL, "trunk_heads": 6, "queue": QUEUE, **sizes},
    }


def load(path):
    saved = torch.load(path, map_location="cpu")
    model = Model(Config(**saved["config"]))
    model.load_state_dict(saved["ema"])
    return model.eval(), Tokenizer(saved["words"]), saved


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--checkpoint", type=Path)
    p.add_argument("--random", action="store_true")
    p.add_argument("--tokenizer", type=Path)
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--version", default="0.2.0")
    p.add_argument("--description", default="Small scenes of everyday things: names, places, answers, word by word")
    o = p.parse_args()
    if o.random:
        torch.manual_seed(0)
        tok = Tokenizer.load(o.tokenizer)
        model = Model(Config(vocabulary=len(tok), names=len(things()))).eval()
    else:
        model, tok, _ = load(o.checkpoint)
    o.out.mkdir(parents=True, exist_ok=True)
    tok.save(o.out / "tokenizer.json")
    weights.write(o.out / "model.safetensors", weights.tensors(model))
    (o.out / "config.json").write_text(json.dumps(config(model.c, o.version, o.description), indent=2) + "\n")
    print(f"{o.out}: make it a bundle: ./loupe bundle pixel {o.out} --calibrate PICTURES")

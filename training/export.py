"""Writes a checkpoint as a bundle: five graphs, the tokenizer, the manifest.

  python3 export.py --checkpoint .work/run/last.pt --out ../models/scenes-mini
  python3 export.py --random --tokenizer t.json --out bundle     (right shapes, no training)
"""
import argparse
import hashlib
import json
import shutil
from pathlib import Path

import onnx
import torch

import decode_graph
from graphs import Detect, Encode, MaskGraph, RegionGraph, examples, rows
from knowledge import things
from model import Config, Model
from text import Tokenizer

def write(model: Model, folder: Path):
    c = model.c
    pixels = torch.randn(2, 3, c.size, c.size)
    boxes, kind, owner = examples(c)
    with torch.no_grad():
        features = Encode(model)(pixels)
    batch = lambda *names: {n: {0: "B"} for n in names}
    export = lambda m, args, name, ins, outs: torch.onnx.export(
        m, args, str(folder / f"{name}.onnx"), opset_version=17, input_names=ins, output_names=outs,
        dynamic_axes=batch(*ins, *outs))
    export(Encode(model), (pixels,), "encode", ["pixels"], ["features"])
    export(RegionGraph(model), (features, boxes, kind, owner), "region",
           ["features", "boxes", "kind", "owner"], ["prefix"])
    export(Detect(model), (features,), "detect", ["features"], ["boxes", "scores"])
    export(MaskGraph(model), (features, boxes[:, 1]), "mask", ["features", "boxes"], ["mask", "frame"])
    onnx.save(decode_graph.build(model.decoder, c), str(folder / "decode.onnx"))


def manifest(c: Config, folder: Path, version: str, description: str):
    digest = lambda name: {"file": name, "sha256": hashlib.sha256((folder / name).read_bytes()).hexdigest()}
    return {
        "format": 1, "name": "scenes-mini", "version": version, "family": "pixel",
        "description": description,
        "license": "MIT; trained on public emoji artwork, attributed in CARD.md",
        "image": {"size": c.size, "resize": "letterbox", "pad": [128, 128, 128],
                  "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]},
        "features": {"tokens": rows(c), "width": c.width, "dtype": "float16"},
        "prefix": {"length": c.prefix, "layers": c.lm_layers, "kvHeads": c.kv_heads,
                   "headWidth": c.lm // c.heads, "dtype": "float32"},
        "decoder": {"maxTokens": c.max_tokens, "vocabulary": c.vocabulary, "width": c.lm},
        "prompt": {"slots": c.slots},
        "limits": {"maxRegions": 8, "maxTextTokens": 40, "maxWords": 45},
        "graphs": {name: digest(f"{name}.onnx") for name in ("encode", "region", "decode", "detect", "mask")},
        "tokenizer": digest("tokenizer.json"),
        "tasks": {
            "answer": {"prompt": ["<answer>", "{text}", "<sep>"]},
            "caption": {"prompt": ["<caption>"]},
            "narrate": {"prompt": ["<narrate>"]},
            "locate": {"prompt": ["<locate>", "{text}", "<find>"]},
            "segment": {"prompt": ["<locate>", "{text}", "<find>"], "region": ["<locate>", "[0]", "<find>"]},
            "detect": {"task": "caption", "scoreThreshold": 0.3, "iouThreshold": 0.5, "maxRegions": 12},
        },
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
    write(model, o.out)
    text = json.dumps(manifest(model.c, o.out, o.version, o.description), indent=2)
    (o.out / "bundle.json").write_text(text + "\n")
    print(f"{o.out}: {sum(f.stat().st_size for f in o.out.glob('*.onnx')) / 1e6:.1f} MB of graphs")

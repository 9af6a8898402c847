"""A bundle whose graphs keep their weights in fewer bits: measured, to see what that costs.

  python3 store.py --bundle ../models/scenes-mini --out .work/float16 --bits 16
  python3 store.py --bundle ../models/scenes-mini --out .work/int8 --bits 8

Only storage changes: weights become float32 again while a graph is loaded (ONNX Runtime folds constants), so
the arithmetic, and with it that a row never depends on its batch, stays. Products of eight-bit integers would
need a scale for the activations too, and one that is found per call is found per batch.
"""
import argparse
import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

LEAST = 1024  # numbers in a tensor worth it


def halves(name, values):
    """float16, and the node that widens it."""
    kept = numpy_helper.from_array(values.astype(np.float16), name + "/float16")
    return [kept], [helper.make_node("Cast", [kept.name], [name], to=TensorProto.FLOAT)]


def bytes_of(name, values):
    """int8 with a scale for every slice of the axis along which that loses least, and the nodes that widen it."""
    best = None
    for axis in range(values.ndim):
        rest = tuple(a for a in range(values.ndim) if a != axis)
        scale = np.abs(values).max(rest, keepdims=True) / 127
        scale = np.where(scale > 0, scale, 1).astype(np.float32)
        kept = np.clip(np.round(values / scale), -127, 127).astype(np.int8)
        lost = float(((kept * scale - values) ** 2).sum())
        if best is None or lost < best[0]:
            best = lost, kept, scale
    kept = numpy_helper.from_array(best[1], name + "/int8")
    scale = numpy_helper.from_array(best[2], name + "/scale")
    return [kept, scale], [helper.make_node("Cast", [kept.name], [name + "/wide"], to=TensorProto.FLOAT),
                           helper.make_node("Mul", [name + "/wide", scale.name], [name])]


def stored(graph, how):
    """Replaces the large float32 weights of a graph."""
    nodes, initializers = [], []
    for held in graph.initializer:
        if held.data_type == TensorProto.FLOAT and np.prod(held.dims) >= LEAST:
            kept, widening = how(held.name, numpy_helper.to_array(held))
            initializers += kept
            nodes += widening
        else:
            initializers.append(held)
    del graph.initializer[:]
    graph.initializer.extend(initializers)
    rest = list(graph.node)
    del graph.node[:]
    graph.node.extend(nodes + rest)


def main(o):
    o.out.mkdir(parents=True, exist_ok=True)
    manifest = json.loads((o.bundle / "bundle.json").read_text())
    before = after = 0
    for held in manifest["graphs"].values():
        model = onnx.load(str(o.bundle / held["file"]))
        stored(model.graph, halves if o.bits == 16 else bytes_of)
        target = o.out / held["file"]
        onnx.save(model, str(target))
        held["sha256"] = hashlib.sha256(target.read_bytes()).hexdigest()
        before, after = before + (o.bundle / held["file"]).stat().st_size, after + target.stat().st_size
    shutil.copy(o.bundle / manifest["tokenizer"]["file"], o.out)
    manifest["version"] += "-float16" if o.bits == 16 else "-int8"
    (o.out / "bundle.json").write_text(json.dumps(manifest, indent=2) + "\n")
    print(f"{o.out}: {before / 1e6:.1f} MB to {after / 1e6:.1f} MB of graphs")


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--bundle", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--bits", type=int, choices=(8, 16), required=True)
    main(p.parse_args())

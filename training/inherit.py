"""The weights of a bundle as a start for training: what fits is taken over, what is new begins anew.

A checkpoint is large and is not committed; the graphs that ship hold the same weights. Words are matched
by their spelling and things by their number, so the vocabulary and the table may have grown since.
"""
import json
from pathlib import Path

import numpy as np
import onnx
import torch
import torch.nn as nn
from onnx import numpy_helper


def weights_of(path):
    """The named weights of a graph, and its nameless ones in the order in which nodes read them."""
    graph = onnx.load(str(path)).graph
    held = {i.name: numpy_helper.to_array(i).astype(np.float32) for i in graph.initializer if i.data_type in (1, 10)}
    order, seen = [], set()
    for node in graph.node:
        for name in node.input:
            if name in held and name not in seen and held[name].ndim:
                seen.add(name)
                order.append((node.op_type, name))
    return held, order


def nameless(order, held, kind):
    return [held[n] for op, n in order if op == kind and n.startswith("onnx::")]


def put(target, value):
    """Copies as much as both have; the rest of the target stays as it was made."""
    value = torch.from_numpy(np.ascontiguousarray(value)).reshape(value.shape)
    if value.ndim != target.ndim:
        raise ValueError(f"{tuple(value.shape)} does not fit {tuple(target.shape)}")
    both = tuple(slice(0, min(a, b)) for a, b in zip(target.shape, value.shape))
    with torch.no_grad():
        target[both] = value[both]


def convolutions(pairs, found):
    """Convolutions whose normalization was folded in: (conv, norm) in order of use."""
    it = iter(found)
    for conv, norm in pairs:
        weight, bias = next(it), next(it)
        put(conv.weight, weight)
        norm.folded = torch.from_numpy(bias.copy())


def pairs_of(*modules):
    out = []
    for module in modules:
        parts = [m for m in module.modules() if isinstance(m, (nn.Conv2d, nn.BatchNorm2d))]
        out += [(a, b) for a, b in zip(parts, parts[1:]) if isinstance(a, nn.Conv2d) and isinstance(b, nn.BatchNorm2d)]
    return out


def named(module, prefix, held):
    for name, value in list(module.named_parameters()) + list(module.named_buffers()):
        if prefix + name in held and held[prefix + name].ndim == value.ndim:
            put(value.data, held[prefix + name])


def inherit(model, tok, folder):
    """The table of things only ever grows at its end, so a bundle's things are the first of today's."""
    folder = Path(folder)
    held, order = weights_of(folder / "encode.onnx")
    e = model.encoder
    folded = nameless(order, held, "Conv")
    trunk = pairs_of(e.stem, e.coarse, e.fuse)
    early = len(folded) > 2 * len(trunk)  # the detector is in the encode graph since version 0.3.0, before it in region
    convolutions(trunk, folded)
    found = iter(nameless(order, held, "MatMul"))
    for layer in e.layers:
        for linear in (layer.qkv, layer.out, layer.up, layer.down):
            put(linear.weight, next(found).T)
    put(e.lift.weight, next(found).T)
    named(model, "m.", held)
    r, d = model.region, model.decoder
    if early:
        convolutions(pairs_of(model.detector.body), folded[2 * len(trunk):])
        *_, score = found  # what stands before it, the region graph has too
        put(r.score.weight, score.T)

    held, order = weights_of(folder / "region.onnx")
    if not early:
        convolutions(pairs_of(model.detector.body), nameless(order, held, "Conv"))
    found = iter(nameless(order, held, "MatMul"))
    put(r.look.weight, next(found).T)
    head, codes = next(found).T, next(found)
    put(r.place.line.weight, next(found).T if early else held[[n for op, n in order if op == "Identity"][0]].T)
    for linear in [r.kv, r.q, r.out, r.up, r.down] if early else [r.score, r.kv, r.q, r.out, r.up, r.down]:
        put(linear.weight, next(found).T)
    named(model, "m.", held)
    put(r.soft, nameless(order, held, "Expand")[0].reshape(-1, model.c.lm))
    bias = held["m.region.names.1.bias"]
    last = len(bias) - 1
    for target, value in ((r.names[1].weight, head), (r.names[1].bias, bias), (r.name_code, codes)):
        with torch.no_grad():
            target[:last] = torch.from_numpy(value[:last].copy())
            target[-1] = torch.from_numpy(np.array(value[last]))

    held, order = weights_of(folder / "mask.onnx")
    convolutions(pairs_of(model.mask.body), nameless(order, held, "Conv"))
    named(model, "m.", held)

    held, _ = weights_of(folder / "decode.onnx")
    put(d.places.weight, held["places"])
    words = json.loads((folder / "tokenizer.json").read_text())
    for n, word in enumerate(words["special"] + words["words"]):
        if word in tok.id:
            with torch.no_grad():
                d.words.weight[tok.id[word]] = torch.from_numpy(held["words"][n].copy())
                d.bias[tok.id[word]] = float(held["bias"][n])
    for n, layer in enumerate(d.layers):
        for linear, key in ((layer.qkv, "qkv0"), (layer.out, "out"), (layer.up, "up0"), (layer.down, "down")):
            put(linear.weight, held[f"{n}.{key}.w"].T)
            put(linear.bias, held[f"{n}.{key.rstrip('0')}.bias"])
        for norm in ("norm1", "norm2"):
            put(getattr(layer, norm).weight, held[f"layers.{n}.{norm}.g"])
            put(getattr(layer, norm).bias, held[f"layers.{n}.{norm}.b"])
    put(d.norm.weight, held["norm.g"]), put(d.norm.bias, held["norm.b"])
    for name, head in (("box", d.box), ("critic", d.critic)):
        for n in (0, 2):
            put(head[n].weight, held[f"{name}{n}.w"].T)
            put(head[n].bias, held[f"{name}.{n}.bias"])


@torch.no_grad()
def unfold(model, pixels):
    """Gives folded normalizations the statistics of real pictures back, so that they compute the same
    when they measure their own again. pixels: what the encode graph reads, [B,3,S,S]."""
    def measure(norm, args):
        if hasattr(norm, "folded"):
            x = args[0]
            mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False)
            norm.running_mean.copy_(mean), norm.running_var.copy_(var)
            norm.weight.copy_((var + norm.eps).sqrt()), norm.bias.copy_(norm.folded + mean)
            del norm.folded
    hooks = [m.register_forward_pre_hook(measure) for m in model.modules() if isinstance(m, nn.BatchNorm2d)]
    model.eval()
    features = model.encoder(pixels)
    model.detector(features)
    model.mask(features, torch.tensor([[0.1, 0.1, 0.5, 0.5], [0.4, 0.3, 0.7, 0.8]]).expand(len(features), 2, 4))
    for hook in hooks:
        hook.remove()
    model.train()

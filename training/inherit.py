"""The weights of a bundle as a start for training: what fits is taken over, what is new begins anew.

A checkpoint is large and is not committed; the weights that ship are the same. Words are matched by their spelling and
things by their number, so the vocabulary and the table may have grown since.
"""
import json
from pathlib import Path

import torch
import torch.nn as nn

import weights


def put(target, value):
    """Copies as much as both have; the rest of the target stays as it was made."""
    value = torch.from_numpy(value)
    if value.ndim != target.ndim:
        raise ValueError(f"{tuple(value.shape)} does not fit {tuple(target.shape)}")
    both = tuple(slice(0, min(a, b)) for a, b in zip(target.shape, value.shape))
    with torch.no_grad():
        target[both] = value[both]


@torch.no_grad()
def inherit(model, tok, folder):
    """The table of things only ever grows at its end, so a bundle's things are the first of today's; the last is none of them."""
    folder = Path(folder)
    held = weights.read(folder / "model.safetensors")
    for name, conv, norm in weights.normalized(model):
        put(conv.weight, held.pop(name + ".weight"))
        norm.folded = torch.from_numpy(held.pop(name + ".bias"))
    words = json.loads((folder / "tokenizer.json").read_text())
    table, bias = held.pop("decoder.words.weight"), held.pop("decoder.bias")
    for n, word in enumerate(words["special"] + words["words"]):
        if word in tok.id:
            model.decoder.words.weight[tok.id[word]] = torch.from_numpy(table[n])
            model.decoder.bias[tok.id[word]] = float(bias[n])
    own = dict(model.state_dict())
    for name in ("region.names.1.weight", "region.names.1.bias", "region.name_code"):
        value = held.pop(name)
        put(own[name], value[:-1])
        own[name][-1] = torch.tensor(value[-1])
    for name, value in held.items():
        put(own[name], value)


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

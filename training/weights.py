"""Weights as they ship: one safetensors file, normalizations folded into the convolutions before them."""
import json
import struct

import numpy as np
import torch
import torch.nn as nn


def normalized(model):
    """Convolutions with a normalization behind them: (name, convolution, normalization)."""
    for name, module in model.named_modules():
        if isinstance(module, nn.Sequential) and len(module) > 1 and isinstance(module[0], nn.Conv2d) and isinstance(module[1], nn.BatchNorm2d):
            yield name, module[0], module[1]


@torch.no_grad()
def tensors(model):
    """What the graphs compute with, by name."""
    held = {name: value for name, value in model.state_dict().items()}
    for name, conv, norm in normalized(model):
        held = {key: value for key, value in held.items() if not key.startswith(name + ".")}
        scale = norm.weight / (norm.running_var + norm.eps).sqrt()
        held[name + ".weight"] = conv.weight * scale.reshape(-1, 1, 1, 1)
        held[name + ".bias"] = norm.bias - norm.running_mean * scale
    return {name: value.float().numpy() for name, value in sorted(held.items())}


def write(path, held):
    """In float16: half the bytes, and figures that do not change."""
    table, blobs, at = {}, [], 0
    for name, value in held.items():
        blob = np.ascontiguousarray(value.astype(np.float16)).tobytes()
        table[name] = {"dtype": "F16", "shape": list(value.shape), "data_offsets": [at, at + len(blob)]}
        blobs.append(blob)
        at += len(blob)
    header = json.dumps(table, separators=(",", ":")).encode()
    header += b" " * (-len(header) % 8)
    path.write_bytes(struct.pack("<Q", len(header)) + header + b"".join(blobs))


def read(path):
    data = path.read_bytes()
    length, = struct.unpack("<Q", data[:8])
    table, kinds = json.loads(data[8:8 + length]), {"F16": np.float16, "F32": np.float32}
    part = lambda e: np.frombuffer(data[8 + length + e["data_offsets"][0]:8 + length + e["data_offsets"][1]], kinds[e["dtype"]])
    return {name: part(e).reshape(e["shape"]).astype(np.float32) for name, e in table.items() if name != "__metadata__"}

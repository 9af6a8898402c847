"""Small pieces the graphs are made of."""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F


class LayerNorm(nn.LayerNorm):
    """In float32 also under autocast: this torch has no mixed kernel for it."""

    def forward(self, x):
        return super().forward(x.float())


def conv(cin, cout, stride=1, kernel=3):
    return nn.Sequential(nn.Conv2d(cin, cout, kernel, stride, kernel // 2, bias=False),
                         nn.BatchNorm2d(cout), nn.ReLU(inplace=True))


class Residual(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.first = conv(width, width)
        self.second = nn.Sequential(nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width))

    def forward(self, x):
        return F.relu(x + self.second(self.first(x)))


class SelfAttention(nn.Module):
    """Pre-norm layer with fewer key/value heads than heads; mask is additive."""

    def __init__(self, width, heads, kv_heads, hidden):
        super().__init__()
        self.heads, self.kv_heads, self.dh = heads, kv_heads, width // heads
        self.norm1, self.norm2 = LayerNorm(width), LayerNorm(width)
        self.qkv = nn.Linear(width, (heads + 2 * kv_heads) * self.dh)
        self.out = nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, hidden), nn.Linear(hidden, width)

    def project(self, x):
        b, t, _ = x.shape
        q, k, v = self.qkv(self.norm1(x)).split(
            [self.heads * self.dh, self.kv_heads * self.dh, self.kv_heads * self.dh], -1)
        cut = lambda y, n: y.reshape(b, t, n, self.dh).transpose(1, 2)
        return cut(q, self.heads), cut(k, self.kv_heads), cut(v, self.kv_heads)

    def attend(self, q, k, v, mask=None, told=None):
        """told: a list that is given the scores, for a loss on where a head looks."""
        b, h, t, _ = q.shape
        group = self.heads // self.kv_heads
        # Query heads that share a key head stand in one long row: no repeated keys.
        rows = q.reshape(b, self.kv_heads, group * t, self.dh) * (1 / math.sqrt(self.dh))
        scores = rows @ k.transpose(2, 3)
        if mask is not None:
            scores = scores.reshape(b, self.kv_heads, group, t, -1) + mask
            if told is not None:
                told.append(scores)
            scores = scores.reshape(b, self.kv_heads, group * t, -1)
        mixed = scores.softmax(-1) @ v
        return mixed.reshape(b, h, t, self.dh).transpose(1, 2).reshape(b, t, h * self.dh)

    def finish(self, x, mixed):
        x = x + self.out(mixed)
        return x + self.down(F.gelu(self.up(self.norm2(x))))

    def forward(self, x, mask=None, told=None):
        return self.finish(x, self.attend(*self.project(x), mask, told))


def tents(lo, hi, bins, cells):
    """Weights [..., bins, cells] that average a row of cells over equal bins between lo and hi."""
    step = (hi - lo) / bins
    at = torch.arange(bins, dtype=lo.dtype, device=lo.device) + 0.5
    centre = (lo.unsqueeze(-1) + at * step.unsqueeze(-1)) * cells - 0.5
    reach = (step * cells).clamp(min=1.0).unsqueeze(-1).unsqueeze(-1)
    cell = torch.arange(cells, dtype=lo.dtype, device=lo.device)
    weight = F.relu(1 - (cell - centre.unsqueeze(-1)).abs() / reach)
    return weight / (weight.sum(-1, keepdim=True) + 1e-6)


class Places(nn.Module):
    """A box as its corners, waves of them, and its centre and size before the sigmoid: in the terms
    in which boxes are predicted (see corners), so that copying one is linear."""

    def __init__(self, width):
        super().__init__()
        self.register_buffer("waves", 2 * math.pi * 2.0 ** torch.arange(4), persistent=False)
        self.line = nn.Linear(8 + 4 * 8, width)

    def forward(self, box):
        lo, hi = box[..., :2], box[..., 2:]
        middle = torch.cat([(lo + hi) / 2, hi - lo], -1).clamp(0.01, 0.99)
        plain = torch.cat([(box - 0.5) * 4, middle.log() - (1 - middle).log()], -1)
        turned = (box.unsqueeze(-1) * self.waves).flatten(-2)
        return self.line(torch.cat([plain, turned.sin(), turned.cos()], -1))


def corners(raw):
    """Centre and size in 0–1 (before the sigmoid) as corners."""
    cx, cy, w, h = raw.sigmoid().unbind(-1)
    return torch.stack([cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2], -1).clamp(0, 1)

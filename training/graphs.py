"""What the bundle's graphs compute, as torch modules.

What the image alone decides is computed once, by `encode`: behind the rows of the cells, `features` has rows in
which the detector's proposals and their tokens are packed, so that `region` and `detect` need not find them again.
"""
import torch
import torch.nn as nn
import torch.nn.functional as F

from mask import frame_of
from model import Config

QUEUE = 48  # proposals that detect returns; the first of them enter every prefix


def rows_of(numbers, c: Config):
    return -(-numbers // c.width)


def rows(c: Config):
    """Rows of features: cells, proposals (box and score), tokens of the first proposals."""
    return c.grid ** 2 + rows_of(QUEUE * 5, c) + rows_of(c.proposals * c.lm, c)


def packed(x, numbers, c: Config):
    """The numbers of a picture [B,numbers] as rows of the width of a feature, the last one filled up with zeros."""
    return F.pad(x, (0, rows_of(numbers, c) * c.width - numbers)).reshape(-1, rows_of(numbers, c), c.width)


class Unpacked:
    """features [B,N,D] taken apart again: cells, boxes and scores of proposals, tokens of the first of them."""

    def __init__(self, features, c: Config):
        n, m = c.grid ** 2, rows_of(QUEUE * 5, c)
        part = lambda at, count, numbers: features[:, at:at + count].reshape(-1, count * c.width)[:, :numbers]
        self.cells = features[:, :n].float()
        found = part(n, m, QUEUE * 5).float().reshape(-1, QUEUE, 5)
        self.boxes, self.scores = found[..., :4], found[..., 4]
        self.tokens = part(n + m, rows_of(c.proposals * c.lm, c), c.proposals * c.lm).float().reshape(-1, c.proposals, c.lm)


class Encode(nn.Module):
    def __init__(self, m):
        super().__init__()
        self.m = m

    def forward(self, pixels):
        c = self.m.c
        cells = self.m.encoder(pixels).half()  # what follows sees what is kept, not what was rounded away
        scores, boxes = self.m.detector.peaks(*self.m.detector(cells.float()), QUEUE)
        found = packed(torch.cat([boxes, scores.unsqueeze(-1)], -1).flatten(1), QUEUE * 5, c).half()
        first = found.float().flatten(1)[:, :c.proposals * 5].reshape(-1, c.proposals, 5)
        tokens = self.m.region.found(cells.float(), first[..., :4], first[..., 4])
        return torch.cat([cells, found, packed(tokens.flatten(1), c.proposals * c.lm, c).half()], 1)


class RegionGraph(nn.Module):
    def __init__(self, m):
        super().__init__()
        self.m = m

    def tokens(self, features, boxes, kind, owner):
        held = Unpacked(features, self.m.c)
        return self.m.region.prompt(held.cells, boxes, kind, owner, held.tokens)

    def forward(self, features, boxes, kind, owner):
        return self.m.decoder.prefix(self.tokens(features, boxes, kind, owner))


class Detect(nn.Module):
    def __init__(self, m):
        super().__init__()
        self.m = m

    def forward(self, features):
        held = Unpacked(features, self.m.c)
        return held.boxes, held.scores


class MaskGraph(nn.Module):
    def __init__(self, m):
        super().__init__()
        self.m = m

    def forward(self, features, boxes):
        frame = frame_of(boxes, self.m.c.grid)
        return self.m.mask(Unpacked(features, self.m.c).cells, frame), frame


def examples(c: Config, batch=2):
    """Region sets for tracing and comparing: boxes, points, an owner of every kind."""
    torch.manual_seed(1)
    corner = torch.rand(batch, c.slots, 2) * 0.6
    boxes = torch.cat([corner, corner + 0.1 + torch.rand(batch, c.slots, 2) * 0.3], -1)
    kind = torch.tensor([4, 1, 2, 3, 1] + [0] * (c.slots - 5)).repeat(batch, 1)
    owner = torch.tensor([0, 1, 0, 0, 7] + [0] * (c.slots - 5)).repeat(batch, 1)
    boxes[:, 0] = torch.tensor([0, 0, 1, 0.75])
    boxes[:, 2:4, 2:] = boxes[:, 2:4, :2]
    boxes = boxes * (kind > 0).unsqueeze(-1)
    return boxes, kind, owner

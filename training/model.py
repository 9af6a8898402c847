"""The model behind the bundle's graphs: encode, detect, region, decode, mask."""
from dataclasses import asdict, dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F

from layers import LayerNorm, Places, Residual, SelfAttention, conv, corners, tents
from mask import Mask


# The layer, and how many of its first heads, taught to look at the prefix token a word stands for.
POINTING = (2, 2)
CELL = 8  # pixels a feature is wide
# How much surer the naming head's guess is made before it is mixed in: the language model then follows the head,
# which names more drawings right than the model does by itself.
SHARPER = 6


@dataclass
class Config:
    size: int = 192
    width: int = 128            # of a feature
    trunk: int = 192            # of the coarse layers
    trunk_layers: int = 4
    lm: int = 192
    lm_layers: int = 4
    heads: int = 6
    kv_heads: int = 2
    hidden: int = 768
    slots: int = 16
    soft: int = 8
    proposals: int = 16
    bins: int = 4
    max_tokens: int = 128
    vocabulary: int = 900
    names: int = 158

    @property
    def grid(self):
        return self.size // CELL

    @property
    def prefix(self):
        return self.slots + self.soft + self.proposals

    asdict = asdict


def restyled(x, beta=0.2):
    """Pictures [B,C,H,W] with the mean and spread of their channels drawn towards those of others of the batch.

    MixStyle (Zhou et al., ICLR 2021): what is left for the layers above to go by is shape.
    """
    held = x.float()
    mean, std = held.mean((2, 3), keepdim=True).detach(), (held.var((2, 3), keepdim=True) + 1e-6).sqrt().detach()
    share = torch.distributions.Beta(beta, beta).sample((len(x), 1, 1, 1))
    order = torch.randperm(len(x))
    to_mean, to_std = share * mean + (1 - share) * mean[order], share * std + (1 - share) * std[order]
    return ((held - mean) / std * to_std + to_mean).to(x.dtype)


class Encoder(nn.Module):
    def __init__(self, c: Config):
        super().__init__()
        self.stem = nn.Sequential(conv(3, 32, 2), conv(32, 64, 2), Residual(64), conv(64, c.width, 2),
                                  Residual(c.width), Residual(c.width))
        self.coarse = conv(c.width, c.trunk, 2)
        self.place = nn.Parameter(torch.randn(1, (c.grid // 2) ** 2, c.trunk) * 0.02)
        self.layers = nn.ModuleList(SelfAttention(c.trunk, 6, 6, c.trunk * 3) for _ in range(c.trunk_layers))
        self.norm = LayerNorm(c.trunk)
        self.lift = nn.Linear(c.trunk, c.width)
        self.fuse = Residual(c.width)
        self.last = LayerNorm(c.width)

    def forward(self, pixels, mixed=None):
        """mixed: behind which layer of the stem pictures lend each other their style; for training."""
        fine = pixels
        for n, layer in enumerate(self.stem):
            fine = layer(fine)
            if n == mixed:
                fine = restyled(fine)
        coarse = self.coarse(fine)
        b, w, g, _ = coarse.shape
        x = coarse.flatten(2).transpose(1, 2) + self.place
        for layer in self.layers:
            x = layer(x)
        up = self.lift(self.norm(x)).transpose(1, 2).reshape(b, -1, g, g)
        fine = self.fuse(fine + F.interpolate(up, scale_factor=2.0, mode="nearest"))
        return self.last(fine.flatten(2).transpose(1, 2))


class Detector(nn.Module):
    """At every cell: is the middle of a thing here, and how far are its sides."""

    def __init__(self, c: Config):
        super().__init__()
        self.c = c
        self.body = conv(c.width, 96)
        self.head = nn.Conv2d(96, 5, 1)
        nn.init.constant_(self.head.bias[:1], -4.0)
        nn.init.normal_(self.head.weight, std=0.01)
        ys, xs = torch.meshgrid(torch.arange(c.grid), torch.arange(c.grid), indexing="ij")
        self.register_buffer("middle", (torch.stack([xs, ys], -1).reshape(1, -1, 2) + 0.5) / c.grid, persistent=False)

    def forward(self, features):
        b, n, w = features.shape
        g = self.c.grid
        out = self.head(self.body(features.transpose(1, 2).reshape(b, w, g, g))).flatten(2).transpose(1, 2).float()
        reach = F.softplus(out[..., 1:]) * 0.2
        box = torch.cat([self.middle - reach[..., :2], self.middle + reach[..., 2:]], -1)
        return out[..., 0], box

    def peaks(self, logit, box, count):
        """The best cells that are the best of their neighbourhood."""
        g = self.c.grid
        score = logit.sigmoid()
        top = F.max_pool2d(score.reshape(-1, 1, g, g), 3, 1, 1).reshape(score.shape)
        kept = score * (score >= top).float()
        best, where = kept.topk(count, dim=1)
        return best, box.gather(1, where.unsqueeze(-1).expand(-1, -1, 4)).clamp(0, 1)


class Region(nn.Module):
    """Tokens of the language model's prefix: prompt slots, soft tokens, proposals."""

    def __init__(self, c: Config):
        super().__init__()
        self.c = c
        self.look = nn.Linear(c.bins * c.bins * c.width, c.lm)
        self.place = Places(c.lm)
        self.kind = nn.Embedding(6, c.lm)       # five kinds of the format; 5: a proposal
        self.owner = nn.Embedding(8, c.lm)
        self.score = nn.Linear(1, c.lm)
        self.soft = nn.Parameter(torch.randn(c.soft, c.lm) * 0.5)
        self.norm_q, self.norm_k = LayerNorm(c.lm), LayerNorm(c.width)
        self.where = nn.Parameter(torch.randn(1, c.grid ** 2, c.width) * 0.02)
        self.q, self.kv, self.out = nn.Linear(c.lm, c.lm), nn.Linear(c.width, 2 * c.lm), nn.Linear(c.lm, c.lm)
        self.norm_f, self.up, self.down = LayerNorm(c.lm), nn.Linear(c.lm, 2 * c.lm), nn.Linear(2 * c.lm, c.lm)
        self.norm = LayerNorm(c.lm)
        # What a place seems to show, said outright: the naming head's guess, as a mix of name codes.
        # Matching a word with a token, and saying a token's name, then need not be learned twice.
        self.names = nn.Sequential(LayerNorm(c.lm), nn.Linear(c.lm, c.names + 1))
        self.name_code = nn.Parameter(torch.randn(c.names + 1, c.lm) * 0.6)
        for e in (self.kind, self.owner):
            nn.init.normal_(e.weight, std=0.5)

    def sample(self, features, box):
        """What is seen in boxes [B,M,4] as [B,M,lm]."""
        b, m, _ = box.shape
        g, k = self.c.grid, self.c.bins
        lo, hi = box[..., :2], box[..., 2:]
        grow = F.relu(1.5 / g - (hi - lo)) / 2     # a point looks at its surroundings
        lo, hi = lo - grow, hi + grow
        wx = tents(lo[..., 0], hi[..., 0], k, g).to(features.dtype)
        wy = tents(lo[..., 1], hi[..., 1], k, g).to(features.dtype)
        grid = features.reshape(b, g, g, -1)
        across = wx.reshape(b, 1, m * k, g) @ grid
        across = across.reshape(b, g, m, k, -1).permute(0, 2, 3, 1, 4)
        both = wy.unsqueeze(2) @ across
        return self.look(both.reshape(b, m, -1))

    def slot_tokens(self, seen, box, kind, owner):
        used = (kind > 0).unsqueeze(-1).to(seen.dtype)
        return (seen + self.place(box) + self.owner(owner)) * used + self.kind(kind)

    def proposal_tokens(self, seen, box, score):
        kind = self.kind(torch.full(box.shape[:2], 5, dtype=torch.int64, device=box.device))
        return seen + self.place(box) + self.score(score.unsqueeze(-1)) + kind

    def cross(self, tokens, features):
        b, m, w = tokens.shape
        h, dh = self.c.heads, w // self.c.heads
        k, v = self.kv(self.norm_k(features + self.where)).split(w, -1)
        cut = lambda y: y.reshape(b, -1, h, dh).transpose(1, 2)
        score = cut(self.q(self.norm_q(tokens))) @ cut(k).transpose(2, 3) * dh ** -0.5
        tokens = tokens + self.out((score.softmax(-1) @ cut(v)).transpose(1, 2).reshape(b, m, w))
        return tokens + self.down(F.gelu(self.up(self.norm_f(tokens))))

    def see(self, features, box):
        """What is seen in boxes with the naming head's guess mixed in [B,M,lm], and its logits."""
        looked = self.sample(features, box)
        named = self.names(looked)
        return looked + (SHARPER * named.float()).softmax(-1).to(looked.dtype) @ self.name_code.to(looked.dtype), named

    def found(self, features, proposals, score):
        """The proposals' tokens [B,Q,lm]: the image alone decides them."""
        return self.proposal_tokens(self.see(features, proposals)[0], proposals, score)

    def prompt(self, features, box, kind, owner, found):
        """The prefix's tokens [B,P,lm] of one region set a picture: box [B,R,4], kind and owner [B,R]."""
        slots = self.slot_tokens(self.see(features, box)[0], box, kind, owner)
        soft = self.soft.unsqueeze(0).expand(box.shape[0], -1, -1)
        return self.norm(torch.cat([self.cross(torch.cat([slots, soft], 1), features), found], 1))

    def forward(self, features, box, kind, owner, proposals, score):
        """Many region sets a picture, for training: box [B,G,R,4], kind and owner [B,G,R]; proposals [B,Q,4]
        with scores. Returns tokens [B*G,P,lm] and the naming head's logits for the proposals."""
        b, g, r, _ = box.shape
        flat = box.reshape(b, g * r, 4)
        seen, named = self.see(features, torch.cat([flat, proposals], 1))
        slots = self.slot_tokens(seen[:, :g * r], flat, kind.reshape(b, -1), owner.reshape(b, -1))
        found = self.proposal_tokens(seen[:, g * r:], proposals, score)
        soft = self.soft.unsqueeze(0).expand(b * g, -1, -1).to(slots.dtype)
        asked = torch.cat([slots.reshape(b * g, r, -1), soft], 1)
        asked = self.cross(asked.reshape(b, g * (r + self.c.soft), -1), features).reshape(b * g, r + self.c.soft, -1)
        found_all = found.unsqueeze(1).expand(-1, g, -1, -1).reshape(b * g, found.shape[1], -1)
        return self.norm(torch.cat([asked, found_all], 1)), named[:, g * r:]


class Decoder(nn.Module):
    def __init__(self, c: Config):
        super().__init__()
        self.c = c
        self.words = nn.Embedding(c.vocabulary, c.lm)
        self.places = nn.Embedding(c.max_tokens, c.lm)
        self.layers = nn.ModuleList(SelfAttention(c.lm, c.heads, c.kv_heads, c.hidden) for _ in range(c.lm_layers))
        self.norm = LayerNorm(c.lm)
        self.bias = nn.Parameter(torch.zeros(c.vocabulary))
        self.box = nn.Sequential(nn.Linear(c.lm, c.lm), nn.GELU(), nn.Linear(c.lm, 4))
        # The critic: is the answer read so far a plausible one to its question, given the regions?
        self.critic = nn.Sequential(nn.Linear(c.lm, c.lm), nn.GELU(), nn.Linear(c.lm, 1))
        nn.init.normal_(self.words.weight, std=0.06)
        nn.init.normal_(self.places.weight, std=0.02)

    def embed(self, ids, pos):
        return self.words(ids) * 4 + self.places(pos)

    def heads_of(self, x):
        x = self.norm(x)
        plausible = self.critic(x).float().sigmoid().squeeze(-1)
        return F.linear(x, self.words.weight, self.bias), corners(self.box(x).float()), plausible

    def prefix(self, tokens):
        """Keys and values of the prefix: [B,L,2,H,P,dh]."""
        kept, x = [], tokens
        for n, layer in enumerate(self.layers):
            q, k, v = layer.project(x)
            kept.append(torch.stack([k, v], 1))
            if n + 1 < len(self.layers):
                x = layer.finish(x, layer.attend(q, k, v))
        return torch.stack(kept, 1)

    def forward(self, tokens, ids, pos, part):
        """Several texts behind one prefix: part says which text a token belongs to, -1 for none."""
        b, p, _ = tokens.shape
        t = ids.shape[1]
        x = torch.cat([tokens, self.embed(ids, pos + p).to(tokens.dtype)], 1)
        seen = torch.zeros(b, p + t, p + t, dtype=torch.bool)
        seen[:, :, :p] = True
        seen[:, p:, p:] = (part.unsqueeze(2) == part.unsqueeze(1)) & torch.ones(t, t, dtype=torch.bool).tril()
        mask = torch.zeros(b, 1, 1, p + t, p + t).masked_fill(~seen.reshape(b, 1, 1, p + t, p + t), -1e4)
        mask = mask.to(torch.bfloat16) if torch.is_autocast_cpu_enabled() else mask
        told = []
        for n, layer in enumerate(self.layers):
            x = layer(x, mask, told if n == POINTING[0] else None)
        return x[:, p:], told[0][:, 0, :POINTING[1], p:]


class Model(nn.Module):
    def __init__(self, c: Config):
        super().__init__()
        self.c = c
        self.encoder, self.detector = Encoder(c), Detector(c)
        self.region, self.decoder = Region(c), Decoder(c)
        self.mask = Mask(c.width, c.grid)
        mean, std = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
        self.register_buffer("mean", mean.reshape(1, 3, 1, 1), persistent=False)
        self.register_buffer("std", std.reshape(1, 3, 1, 1), persistent=False)

    def pixels(self, raw):
        """uint8 [B,H,W,3] to what the encode graph reads."""
        return (raw.permute(0, 3, 1, 2).float() / 255 - self.mean) / self.std

    def prefix_tokens(self, features, box, kind, owner):
        score, found = self.detector.peaks(*self.detector(features), self.c.proposals)
        return self.region.prompt(features, box, kind, owner, self.region.found(features, found, score))

"""The mask of the thing in a box, read off the features: the graph behind `segment`."""
import torch
import torch.nn as nn
import torch.nn.functional as F

from layers import conv, tents

MARGIN = 0.06   # the frame is the box grown by this share on every side: a box a little off still fits
LEAST = 1.5     # cells a frame is wide at least
BINS = 14       # cells of a frame that features are seen through
SIDE = 2 * BINS  # cells of the mask


def frame_of(box, grid):
    """The boxes [B,4] that masks span."""
    lo, hi = box[..., :2], box[..., 2:]
    middle, half = (lo + hi) / 2, (hi - lo) / 2 * (1 + 2 * MARGIN)
    half = half.clamp(min=LEAST / grid / 2)
    return torch.cat([middle - half, middle + half], -1)


class Mask(nn.Module):
    """Features seen through a box as bins × bins cells, then convolutions, then twice as fine."""

    def __init__(self, width, grid, bins=BINS, inner=64):
        super().__init__()
        self.grid, self.bins = grid, bins
        self.enter = nn.Sequential(nn.Conv2d(width, inner, 1), nn.ReLU(inplace=True))
        self.place = nn.Parameter(torch.zeros(1, inner, bins, bins))
        self.size = nn.Linear(2, inner)
        self.body = nn.Sequential(conv(inner, inner), conv(inner, inner), conv(inner, inner))
        self.finer = nn.ConvTranspose2d(inner, inner // 2, 2, 2)
        self.last = nn.Conv2d(inner // 2, 1, 3, 1, 1)

    def forward(self, features, frame):
        """features [B,N,D]; frame [B,4] or [B,M,4]. Logits [B·M, 2·bins, 2·bins]."""
        b = features.shape[0]
        frame = frame.reshape(b, -1, 4)
        m, g, k = frame.shape[1], self.grid, self.bins
        wx = tents(frame[..., 0], frame[..., 2], k, g).to(features.dtype)
        wy = tents(frame[..., 1], frame[..., 3], k, g).to(features.dtype)
        grid = features.reshape(b, g, g, -1)
        across = (wx.reshape(b, 1, m * k, g) @ grid).reshape(b, g, m, k, -1).permute(0, 2, 3, 1, 4)
        seen = wy.unsqueeze(2) @ across                        # [B,M,kx,ky,D]
        x = self.enter(seen.reshape(b * m, k, k, -1).permute(0, 3, 2, 1)) + self.place
        size = (frame[..., 2:] - frame[..., :2]).reshape(b * m, 2)
        x = x + self.size(size.clamp(min=1e-3).log().to(x.dtype)).unsqueeze(-1).unsqueeze(-1)
        return self.last(F.relu(self.finer(self.body(x)))).squeeze(1)

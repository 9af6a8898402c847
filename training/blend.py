"""Weights halfway, or any part of the way, between checkpoints of one model.

  python3 blend.py --out .work/blend.pt 0.75 .work/run/last.pt 0.25 .work/before.pt

A model that was trained further on other pictures knows some things better and others worse than it did; between the
two lies one that keeps most of both (Wortsman et al., "Robust fine-tuning of zero-shot models", CVPR 2022).
"""
import argparse
from pathlib import Path

import torch


def blended(states, shares):
    """The sum of the weights, each by its share; what is no float is the first's."""
    return {k: sum(share * state[k] for state, share in zip(states, shares)) if first.dtype.is_floating_point else first
            for k, first in states[0].items()}


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("parts", nargs="+", metavar="SHARE CHECKPOINT", help="in turn; shares add up to 1")
    o = p.parse_args()
    if len(o.parts) % 2:
        p.error("a share and a checkpoint in turn, e.g. 0.75 a.pt 0.25 b.pt")
    shares, paths = [float(s) for s in o.parts[::2]], o.parts[1::2]
    if abs(sum(shares) - 1) > 1e-6:
        p.error(f"shares should add up to 1, found {sum(shares)}")
    saved = [torch.load(path, map_location="cpu") for path in paths]
    for held in saved[1:]:
        if (held["config"], held["words"]) != (saved[0]["config"], saved[0]["words"]):
            p.error("the checkpoints are of different models")
    saved[0].update({k: blended([held[k] for held in saved], shares) for k in ("model", "ema")})
    torch.save(saved[0], o.out)

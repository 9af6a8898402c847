"""Trains the model; goes on from its last checkpoint if there is one.

  python3 train.py --sprites .work/sprites --out .work/run --minutes 70
"""
import argparse
import math
import signal
import time
from pathlib import Path

import numpy as np
import torch

from feed import Feed, make
from inherit import inherit, unfold
from knowledge import things
from losses import total
from model import Config, Model
from sprites import TRAINED, Sprites, strange_things
from text import Tokenizer
from vocabulary import collect


def rate(spent, o):
    """Share of the learning rate by share of the time: warm-up, then a half cosine to almost nothing."""
    if spent < o.warm:
        return spent / o.warm
    return 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(1, (spent - o.warm) / (1 - o.warm))))


class Averaged:
    """A running average of the weights; it is what ships."""

    def __init__(self, model):
        self.state = {k: v.detach().clone() for k, v in model.state_dict().items()}

    def update(self, model, step):
        keep = min(0.998, (1 + step) / (20 + step))
        for k, v in model.state_dict().items():
            if v.dtype.is_floating_point:
                self.state[k].mul_(keep).add_(v.detach(), alpha=1 - keep)
            else:
                self.state[k].copy_(v)


def main(o):
    torch.set_num_threads(o.threads)
    torch.manual_seed(o.seed)
    o.out.mkdir(parents=True, exist_ok=True)
    last = o.out / "last.pt"
    saved = torch.load(last) if last.exists() else None
    tok = Tokenizer(saved["words"]) if saved else collect()
    config = Config(**saved["config"]) if saved else Config(size=o.size, vocabulary=len(tok), names=len(things()))
    model = Model(config).to(memory_format=torch.channels_last)
    unknown = len(strange_things(o.sprites)) if o.strange else 0
    strangers = torch.nn.Linear(config.lm, unknown) if unknown else None
    codes = model.region.name_code
    decay = [p for p in model.parameters() if p.ndim > 1 and p is not codes]
    plain = [p for p in model.parameters() if p.ndim <= 1]
    optimizer = torch.optim.AdamW([{"params": decay, "weight_decay": 0.03}, {"params": plain, "weight_decay": 0.0},
                                   {"params": [codes], "weight_decay": 0.0}],
                                  lr=o.rate, betas=(0.9, 0.98))
    beside = torch.optim.AdamW(strangers.parameters(), lr=o.rate, betas=(0.9, 0.98), weight_decay=0.03) if unknown else None
    step, spent, average = 0, 0.0, None
    if o.start and not saved:
        inherit(model, tok, o.start)
        some = make(o.seed, 0, config.size, o.batch, Sprites(o.sprites, TRAINED), tok, o.regions)
        unfold(model, model.pixels(torch.from_numpy(some["pixels"])))
    if saved:
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        if unknown and "strangers" in saved:
            strangers.load_state_dict(saved["strangers"][0])
            beside.load_state_dict(saved["strangers"][1])
        step, spent = saved["step"], saved["seconds"]
    average = Averaged(model)
    if saved:
        average.state = saved["ema"]

    def save():
        held = {"config": config.asdict(), "words": tok.words, "model": model.state_dict(), "ema": average.state,
                "optimizer": optimizer.state_dict(), "step": step, "seconds": spent, "pictures": step * o.batch}
        if unknown:
            held["strangers"] = strangers.state_dict(), beside.state_dict()
        torch.save(held, o.out / "next.pt")
        (o.out / "next.pt").rename(last)

    stop = []
    signal.signal(signal.SIGTERM, lambda *_: stop.append(1))
    feed = Feed(o.seed, step, config.size, o.batch, o.sprites, tok, o.workers, o.regions, o.crowd, o.strange, o.usual)
    rng, log, sums, counts, count = np.random.default_rng(step), open(o.out / "log.tsv", "a"), {}, {}, 0
    began, tick, saved_at, waited = time.time() - spent, time.time(), time.time(), 0.0
    while spent < o.minutes * 60 and not stop:
        t = time.time()
        batch = feed.next()
        waited += time.time() - t
        share = spent / (o.minutes * 60)
        for group in optimizer.param_groups + (beside.param_groups if unknown else []):
            group["lr"] = o.rate * rate(share, o)
        model.guided = 0.15 if o.start else max(0.15, 1 - 2.5 * share)
        loss, parts = total(model, batch, rng, strangers)
        optimizer.zero_grad(set_to_none=True)
        if unknown:
            beside.zero_grad(set_to_none=True)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        if torch.isfinite(norm):
            optimizer.step()
            if unknown:
                beside.step()  # does nothing where a batch had no strangers: they have no gradient then
        step += 1
        average.update(model, step)
        for k, v in {**parts, "loss": loss, "norm": norm}.items():
            sums[k], counts[k] = sums.get(k, 0) + float(v), counts.get(k, 0) + 1
        count += 1
        spent = time.time() - began
        if step % o.every == 0:
            row = {k: v / counts[k] for k, v in sums.items()}
            speed = count * o.batch / (time.time() - tick)
            line = f"{step}\t{spent:.0f}\t{speed:.1f}\t{waited:.1f}\t" + "\t".join(f"{k} {v:.4f}" for k, v in row.items())
            print(line, flush=True)
            log.write(line + "\n"), log.flush()
            sums, counts, count, tick, waited = {}, {}, 0, time.time(), 0.0
        if time.time() - saved_at > 120:
            save()
            saved_at = time.time()
    save()
    feed.close()


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--sprites", type=Path, default=Path(".work/sprites"))
    p.add_argument("--out", type=Path, default=Path(".work/run"))
    p.add_argument("--start", type=Path, help="a bundle whose weights to begin with, where there is no checkpoint")
    p.add_argument("--minutes", type=float, default=70)
    p.add_argument("--size", type=int, default=192)
    p.add_argument("--batch", type=int, default=24)
    p.add_argument("--regions", type=int, default=1, help="region sets asked about beside the whole picture")
    p.add_argument("--crowd", type=float, default=0.4, help="share of steps on pictures full of things, without questions")
    p.add_argument("--usual", type=float, default=0.25, help="share of a hand's usual drawings where it has others")
    p.add_argument("--strange", action="store_true", help="crowds have things that the world does not know, which are told apart as well")
    p.add_argument("--rate", type=float, default=1.2e-3)
    p.add_argument("--warm", type=float, default=0.03)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--workers", type=int, default=1)
    p.add_argument("--every", type=int, default=20)
    main(p.parse_args())

"""Batches made on the fly by worker processes; every batch follows from (seed, number), but for the
wrong answers, which come from what the worker said before."""
import signal

import numpy as np
import torch
import torch.multiprocessing as mp

import samples
import world
from mask import SIDE, frame_of
from model import CELL
from sprites import FURTHER, TRAINED, Sprites
from text import Tokenizer

FIELDS = ("box", "kind", "owner", "ids", "pos", "part", "target", "where", "has", "judged")
MASKS = 3   # things of a scene whose mask is learned
CROWD = 24  # things a crowded picture has at most
POINTED = 0.35  # share of them whose name is learned from a point instead of a box


def masks(rng, scene, grid, count=MASKS):
    """Frames [count,4] about some of the things, and what of each cell they fill [count,SIDE,SIDE]; -1 where there is none."""
    frames, filled = np.tile(np.float32([0, 0, 1, 1]), (count, 1)), np.full((count, SIDE, SIDE), -1, np.float32)
    for n, i in enumerate(rng.permutation(len(scene.objects))[:count]):
        obj = scene.objects[i]
        box = torch.tensor(samples.jittered(rng, scene.unit(obj.box), 0.04), dtype=torch.float32)
        frames[n] = frame_of(box, grid).numpy()
        filled[n] = world.mask_within(scene, obj, frames[n], SIDE)
    return frames, filled


def make(seed, number, size, count, sprites, tok, regions, corrupt=None):
    rng = np.random.default_rng([seed, number])
    pixels, truth, names, rows, shapes = [], [], [], [], []
    while len(pixels) < count:
        scene, picture = world.make(rng.integers(1 << 62), sprites, size, strong=True)
        if not scene.objects:
            continue
        pixels.append(world.letterbox(picture, size))
        truth.append(np.array([scene.unit(o.box) for o in scene.objects], np.float32))
        names.append(np.array([o.thing.index for o in scene.objects], np.int64))
        rows.append(samples.sets(scene, tok, rng, regions, corrupt))
        shapes.append(masks(rng, scene, size // CELL))
    batch = {n: np.stack([r[k] for r in rows]) for k, n in enumerate(FIELDS)}
    batch.update(pixels=np.stack(pixels), truth=truth, names=names, frames=np.stack([f for f, _ in shapes]),
                 filled=np.stack([m for _, m in shapes]))
    return batch


def crowd(seed, number, size, count, sprites):
    """Pictures full of things and no questions: names, places and masks are learned from many drawings at once.

    seen [B,CROWD,4] are the boxes a little off, or points, named [B,CROWD] what is in them or -1.
    """
    rng = np.random.default_rng([seed, number, 1])
    pixels, truth, names, shapes = [], [], [], []
    seen, named = np.tile(np.float32([0, 0, 1, 1]), (count, CROWD, 1)), np.full((count, CROWD), -1, np.int64)
    while len(pixels) < count:
        scene, picture = world.make(rng.integers(1 << 62), sprites, size, count=int(rng.integers(8, CROWD + 1)),
                                    shape=(1, 1) if rng.random() < 0.6 else None, strong=True,
                                    strange=world.STRANGE if sprites.strange else 0.0)
        if not scene.objects:
            continue
        for k, o in enumerate(scene.objects):
            point = rng.random() < POINTED
            seen[len(pixels), k] = samples.pointed_at(rng, scene, o) if point else samples.jittered(rng, scene.unit(o.box))
            named[len(pixels), k] = o.thing.index
        pixels.append(world.letterbox(picture, size))
        truth.append(np.array([scene.unit(o.box) for o in scene.objects], np.float32))
        names.append(np.array([o.thing.index for o in scene.objects], np.int64))
        shapes.append(masks(rng, scene, size // CELL, 3 * MASKS))
    return {"pixels": np.stack(pixels), "truth": truth, "names": names, "seen": seen, "named": named,
            "frames": np.stack([f for f, _ in shapes]), "filled": np.stack([m for _, m in shapes])}


def work(queue, seed, first, stride, size, count, folder, words, regions, crowded, strange, usual):
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # the parent's handler would keep a worker alive
    torch.set_num_threads(1)
    sprites, tok, number, corrupt = Sprites(folder, TRAINED + FURTHER, strange, usual), Tokenizer(words), first, samples.Corrupter()
    while True:
        if np.random.default_rng([seed, number, 2]).random() < crowded:
            queue.put(crowd(seed, number, size, count, sprites))
        else:
            queue.put(make(seed, number, size, count, sprites, tok, regions, corrupt))
        number += stride


class Feed:
    def __init__(self, seed, start, size, count, folder, tok, workers=1, regions=1, crowded=0.0, strange=False, usual=0.25):
        self.queues, self.turn, self.workers = [], 0, []
        for w in range(workers):
            queue = mp.get_context("fork").Queue(6)
            args = (queue, seed, start + w, workers, size, count, folder, tok.words, regions, crowded, strange, usual)
            worker = mp.get_context("fork").Process(target=work, args=args, daemon=True)
            worker.start()
            self.queues.append(queue)
            self.workers.append(worker)

    def next(self):
        raw = self.queues[self.turn % len(self.queues)].get()
        self.turn += 1
        held = {k: torch.from_numpy(v) for k, v in raw.items() if k not in ("truth", "names")}
        held["truth"] = [torch.from_numpy(t) for t in raw["truth"]]
        held["names"] = [torch.from_numpy(t) for t in raw["names"]]
        return held

    def close(self):
        for worker in self.workers:
            worker.terminate()
        for queue in self.queues:
            queue.cancel_join_thread()

"""Teaches the critic on the model's own answers: of new scenes, which of them were right?

  python3 critic.py --checkpoint .work/run/last.pt --scenes 500

Answers borrowed from other questions, on which the critic first learns, are mistakes of another kind than the
model's own. Here nothing but the critic's head learns; a share of the scenes is kept apart to say how well, and
the head of the round that judged those best is kept. Writes the checkpoint back.
"""
import argparse
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

import samples
import world
from export import load
from knowledge import things
from questions import about_one, about_two, about_whole, captions, which_one, about_many
from speak import Speaker
from sprites import TRAINED, Sprites
from text import ANSWER, BECAUSE, CAPTION, SEP

ROWS = 64


def asked_of(rng, scene):
    """(slots, question) pairs: a few questions of every sort about the whole, about one thing, about several."""
    found, others = [], [t for t in things() if t not in {o.thing for o in scene.objects}]
    def take(questions, count, chosen):
        slots = samples.Slots(scene)
        for k, o in chosen:
            slots.point_at(rng, scene, o, k)
        questions = [q for q in questions if q.accept and (q.task == "answer" or q.kind == "region")]
        rng.shuffle(questions)
        found.extend((slots, q) for q in questions[:count])
    take(about_whole(rng, scene), 2, [])
    o = scene.objects[rng.integers(len(scene.objects))]
    one = about_one(rng, scene, 0, o, others)
    take([captions(scene, o)] + one[:1], 2, [(0, o)])
    take(one[1:], 4, [(0, o)])
    if len(scene.objects) > 1:
        chosen = list(enumerate(scene.objects[i] for i in rng.permutation(len(scene.objects))[:4]))
        (i, a), (j, b) = chosen[0], chosen[1]
        take(about_two(rng, scene, i, a, j, b) + which_one(rng, scene, chosen) + about_many(rng, scene, chosen), 4, chosen)
    return found


@torch.no_grad()
def told(model, tok, sprites, seed, count):
    """Last states of answers [n,lm], whether each was right [n], and the scene each is of [n]."""
    rng, speak = np.random.default_rng([seed, 7]), Speaker(model)
    states, right, scene_of, rows = [], [], [], []

    def flush():
        slots = [r[1] for r in rows]
        box, kind, owner = (torch.from_numpy(np.stack(x)) for x in zip(*((s.box, s.kind, s.owner) for s in slots)))
        tokens = model.prefix_tokens(torch.cat([r[3] for r in rows]), box, kind, owner)
        prompts = [([ANSWER] + tok.encode(r[2].text, True)[:40] + [SEP]) if r[2].task == "answer" else [CAPTION] for r in rows]
        said = speak(tokens, prompts)[0]
        longest = max(map(len, said))
        ids, part = torch.zeros(len(rows), longest, dtype=torch.int64), torch.full((len(rows), longest), -1)
        for n, words in enumerate(said):
            ids[n, :len(words)], part[n, :len(words)] = torch.tensor(words), 0
        hidden, _ = model.decoder(tokens, ids, torch.arange(longest).expand(len(rows), -1), part)
        for n, words in enumerate(said):
            spoken = words[len(prompts[n]):]
            plain = tok.decode(spoken[:spoken.index(BECAUSE)] if BECAUSE in spoken else spoken)
            states.append(model.decoder.norm(hidden[n, len(words) - 1]))
            right.append(plain in rows[n][2].accept)
            scene_of.append(rows[n][0])
        rows.clear()

    for number in range(count):
        scene, picture = world.make(rng.integers(1 << 62), sprites, model.c.size, strong=number % 2 == 0)
        if not scene.objects:
            continue
        raw = torch.from_numpy(world.letterbox(picture, model.c.size)[None])
        features = model.encoder(model.pixels(raw)).half().float()
        rows += [(number, slots, q, features) for slots, q in asked_of(rng, scene)]
        if len(rows) >= ROWS:
            flush()
            print(f"\r{number + 1} of {count} scenes, {len(right)} answers, {100 * np.mean(right):.1f} % right", end="", flush=True)
    if rows:
        flush()
    print()
    return torch.stack(states), torch.tensor(right), torch.tensor(scene_of)


def area(score, right):
    """The share of (right, wrong) pairs in which the right answer scores higher."""
    order = score.argsort()
    rank = torch.empty(len(score))
    rank[order] = torch.arange(1, len(score) + 1, dtype=torch.float32)
    n, m = int(right.sum()), int((~right).sum())
    return float((rank[right].sum() - n * (n + 1) / 2) / max(1, n * m))


def judged(head, states, right):
    with torch.no_grad():
        logit = head(states).squeeze(-1)
    p = logit.sigmoid()
    gap = sum(float((p[at] - right[at].float()).mean().abs()) * at.float().mean().item()
              for k in range(10) if (at := (p >= k / 10) & (p < (k + 1) / 10 + (k == 9))).any())
    return F.binary_cross_entropy_with_logits(logit, right.float()).item(), area(p, right), gap


def learn(head, states, right, apart, rounds=60, rate=3e-4):
    best = judged(head, states[apart], right[apart])
    kept, patience = {k: v.clone() for k, v in head.state_dict().items()}, 0
    print("before: loss %.3f, area under the curve %.3f, calibration error %.3f" % best)
    optimizer = torch.optim.AdamW(head.parameters(), lr=rate, weight_decay=0.1)
    x, y = states[~apart], right[~apart].float()
    for _ in range(rounds):
        for at in torch.randperm(len(x)).split(128):
            seen = F.dropout(x[at], 0.2)
            loss = F.binary_cross_entropy_with_logits(head(seen).squeeze(-1), y[at])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        now = judged(head, states[apart], right[apart])
        if now[0] < best[0]:
            best, kept, patience = now, {k: v.clone() for k, v in head.state_dict().items()}, 0
        elif (patience := patience + 1) > 8:
            break
    head.load_state_dict(kept)
    print("after:  loss %.3f, area under the curve %.3f, calibration error %.3f" % best)
    return kept


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--checkpoint", type=Path, required=True)
    p.add_argument("--sprites", type=Path, default=Path(".work/sprites"))
    p.add_argument("--scenes", type=int, default=500)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--threads", type=int, default=2)
    o = p.parse_args()
    torch.set_num_threads(o.threads)
    torch.manual_seed(o.seed)
    model, tok, saved = load(o.checkpoint)
    states, right, scene_of = told(model, tok, Sprites(o.sprites, TRAINED), o.seed, o.scenes)
    kept = learn(model.decoder.critic, states, right, scene_of % 5 == 0)
    for weights in (saved["model"], saved["ema"]):
        weights.update({f"decoder.critic.{k}": v for k, v in kept.items()})
    torch.save(saved, o.checkpoint)

"""What the model is trained on: words, places, proposals, names."""
import torch
import torch.nn.functional as F

from layers import corners
from text import FIND, SEP


def iou(a, b):
    """(IoU, GIoU) of boxes in pairs."""
    lo, hi = torch.max(a[..., :2], b[..., :2]), torch.min(a[..., 2:], b[..., 2:])
    inter = (hi - lo).clamp(min=0).prod(-1)
    area = lambda r: (r[..., 2:] - r[..., :2]).clamp(min=0).prod(-1)
    union = area(a) + area(b) - inter + 1e-7
    hull = (torch.max(a[..., 2:], b[..., 2:]) - torch.min(a[..., :2], b[..., :2])).clamp(min=0).prod(-1) + 1e-7
    return inter / union, inter / union - (hull - union) / hull


def box_loss(predicted, truth):
    return 5 * (predicted - truth).abs().mean(-1) + (1 - iou(predicted, truth)[1])


def detection(logit, box, truth, grid, sides):
    """truth: per picture a [n,4] tensor. Centre heat (focal) and boxes near the centres."""
    b, n = logit.shape
    ys, xs = torch.meshgrid(torch.arange(grid), torch.arange(grid), indexing="ij")
    middle = (torch.stack([xs, ys], -1).reshape(-1, 2) + 0.5) / grid
    heat = torch.zeros(b, n)
    peak = torch.zeros(b, n, dtype=torch.bool)
    near_row, near_cell, near_box, weight = [], [], [], []
    for i, boxes in enumerate(truth):
        if not len(boxes):
            continue
        centre, size = (boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]
        sigma = (size / 7).clamp(min=0.5 / grid)
        away = (middle.unsqueeze(0) - centre.unsqueeze(1)) / sigma.unsqueeze(1)
        bump = torch.exp(-0.5 * (away ** 2).sum(-1))
        heat[i] = bump.max(0).values
        cell = ((middle.unsqueeze(0) - centre.unsqueeze(1)).abs().max(-1).values).argmin(1)
        peak[i, cell] = True
        close = ((middle.unsqueeze(0) - centre.unsqueeze(1)).abs() <= torch.max(size.unsqueeze(1) * 0.15, torch.tensor(0.8 / grid))).all(-1)
        o, c = close.nonzero(as_tuple=True)
        near_row.append(torch.full_like(c, i))
        near_cell.append(c)
        near_box.append(boxes[o])
        weight.append(1 / close.sum(1).float()[o])
    p = logit.sigmoid().clamp(1e-4, 1 - 1e-4)
    hit = -(torch.log(p) * (1 - p) ** 2)[peak].sum()
    miss = -(torch.log(1 - p) * p ** 2 * (1 - heat) ** 4)[~peak].sum()
    count = max(1, int(peak.sum()))
    r, c, t, w = (torch.cat(x) for x in (near_row, near_cell, near_box, weight))
    sides_loss = (box_loss(box[r, c], t) * w).sum() / w.sum()
    return (hit + miss) / count, sides_loss


def proposals(model, logit, box, truth, names, rng):
    """Proposals for training: what the detector finds, or (so that the rest can learn before it
    does) the truth a little off among some strays. Also what each one is, for the naming head."""
    c = model.c
    score, found = model.detector.peaks(logit.detach(), box.detach(), c.proposals)
    label = torch.full(score.shape, c.names, dtype=torch.int64)
    for i, boxes in enumerate(truth):
        if rng.random() < model.guided and len(boxes):
            n = min(len(boxes), c.proposals)
            size = boxes[:n, 2:] - boxes[:n, :2]
            found[i, :n] = (boxes[:n] + torch.randn(n, 4) * 0.05 * size.repeat(1, 2)).clamp(0, 1)
            score[i, :n] = 0.4 + 0.5 * torch.rand(n)
            score[i, n:] *= 0.3
        if len(boxes):
            match = iou(found[i].unsqueeze(1), boxes.unsqueeze(0))[0]
            best, which = match.max(1)
            label[i] = torch.where(best > 0.5, names[i][which], label[i])
            label[i][(best > 0.3) & (best <= 0.5)] = -1
    return score, found, label


def pointing(scores, has, where, box, found, weight):
    """A word that has a place should look at a prefix token of that place: a slot or a proposal.

    scores [B*G, heads, T, P+T]; has [B*G, T]; where [B*G, T, 4]; box [B*G, R, 4]; found [B*G, Q, 4].
    """
    row, at = has.nonzero(as_tuple=True)
    truth = where[row, at].unsqueeze(1)
    fits = lambda boxes: iou(boxes[row], truth)[0] > 0.5
    soft = torch.zeros(len(row), scores.shape[-1] - has.shape[1] - box.shape[1] - found.shape[1], dtype=torch.bool)
    good = torch.cat([fits(box), soft, fits(found), torch.zeros(len(row), has.shape[1], dtype=torch.bool)], 1)
    able = good.any(1)
    looks = scores[row[able], :, at[able]].float()
    right = looks.masked_fill(~good[able].unsqueeze(1), -1e4).logsumexp(-1) - looks.logsumexp(-1)
    return weighted(-right.mean(1), weight[row[able], at[able]])


def masks(model, features, frames, filled):
    """Cross-entropy per cell and overlap (Dice) of the masks of some things."""
    known = (filled.flatten(0, 1)[:, 0, 0] >= 0)
    logit = model.mask(features, frames).float()[known]
    truth = filled.flatten(0, 1)[known]
    cells = F.binary_cross_entropy_with_logits(logit, truth)
    p = logit.sigmoid()
    dice = 1 - (2 * (p * truth).sum((1, 2)) + 1) / (p.sum((1, 2)) + truth.sum((1, 2)) + 1)
    with torch.no_grad():
        a, b = logit > 0, truth > 0.5
        overlap = ((a & b).sum((1, 2)) / (a | b).sum((1, 2)).clamp(min=1)).float().mean()
    return cells + dice.mean(), overlap


def weighted(values, weights):
    return (values * weights).sum() / weights.sum()


def named_right(named, label):
    known = (label >= 0) & (label < named.shape[-1] - 1)
    return (named.argmax(-1) == label)[known].float().mean()


def crowd(model, batch, strangers):
    """Loss and its parts for pictures full of things, of which nothing is asked.

    strangers: names what the world does not know, from what the naming head reads; None where there is no such thing.
    """
    truth = batch["truth"]
    # Colours are not asked for here, so that they may be another picture's.
    mixed = (1, 2, 4)[int(torch.randint(3, ()))] if torch.rand(()) < 0.6 else None
    with torch.autocast("cpu", dtype=torch.bfloat16):
        features = model.encoder(model.pixels(batch["pixels"]).contiguous(memory_format=torch.channels_last), mixed)
        logit, box = model.detector(features)
        read = model.region.names[0](model.region.sample(features, batch["seen"]))
        named = model.region.names[1](read)
        if strangers is not None:
            named = torch.cat([named[..., :-1], strangers(read), named[..., -1:]], -1)
        shape, overlap = masks(model, features, batch["frames"], batch["filled"])
    heat, sides = detection(logit, box, truth, model.c.grid, box)
    named = named.float()
    naming = F.cross_entropy(named.reshape(-1, named.shape[-1]), batch["named"].reshape(-1), ignore_index=-1)
    loss = naming + 0.5 * heat + 0.5 * sides + 0.5 * shape
    return loss, {"crowd naming": naming, "crowd named": named_right(named, batch["named"]), "crowd heat": heat,
                  "crowd sides": sides, "crowd overlap": overlap}


def total(model, batch, rng, strangers=None):
    """Loss and its parts for one batch; each picture is encoded once for all its questions."""
    if "seen" in batch:
        return crowd(model, batch, strangers)
    raw, truth, names = batch["pixels"], batch["truth"], batch["names"]
    b = raw.shape[0]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        features = model.encoder(model.pixels(raw).contiguous(memory_format=torch.channels_last))
        logit, box = model.detector(features)
        score, found, label = proposals(model, logit, box, truth, names, rng)
        g = batch["box"].shape[1]
        tokens, named = model.region(features, batch["box"], batch["kind"], batch["owner"], found, score)
        flat = lambda x: x.reshape((b * g,) + x.shape[2:])
        hidden, looks = model.decoder(tokens, flat(batch["ids"]), flat(batch["pos"]), flat(batch["part"]))
        target, has = flat(batch["target"]), flat(batch["has"])
        speaks = target >= 0
        said = model.decoder.norm(hidden[speaks])
        logits = F.linear(said, model.decoder.words.weight, model.decoder.bias).float()
        raw_box = model.decoder.box(model.decoder.norm(hidden[has])).float()
        judged = flat(batch["judged"])
        verdict = model.decoder.critic(model.decoder.norm(hidden[judged >= 0])).float().squeeze(-1)
        shape, overlap = masks(model, features, batch["frames"], batch["filled"])
    # One token of a located expression stands against a dozen of an answer: it weighs more; so does
    # the one at which an answer is decided.
    find, sep = (flat(batch["ids"]) == word for word in (FIND, SEP))
    words = weighted(F.cross_entropy(logits, target[speaks], reduction="none"), 1 + (find | sep)[speaks].float())
    places = weighted(box_loss(corners(raw_box), flat(batch["where"])[has]), 1 + 5 * find[has].float())
    spread = found.unsqueeze(1).expand(-1, g, -1, -1).reshape(b * g, -1, 4)
    points = pointing(looks, has, flat(batch["where"]), flat(batch["box"]), spread, 1 + 5 * find.float())
    heat, sides = detection(logit, box, truth, model.c.grid, box)
    named = named.float()
    scale = torch.ones(named.shape[-1])
    scale[-1] = 0.1  # most proposals are nothing
    naming = F.cross_entropy(named.reshape(-1, named.shape[-1]), label.reshape(-1), scale, ignore_index=-1)
    fair = judged[judged >= 0].float()
    critic = F.binary_cross_entropy_with_logits(verdict, fair, weight=1 + 2 * (1 - fair))
    just = ((verdict > 0).float() == fair).float()
    loss = words + 0.5 * places + 0.5 * heat + 0.5 * sides + 0.7 * naming + 0.3 * points + 0.5 * shape + 0.3 * critic
    return loss, {"words": words, "places": places, "points": points, "heat": heat, "sides": sides, "naming": naming,
                  "named": named_right(named, label),
                  "mask": shape, "overlap": overlap, "critic": critic, "just": (just[fair > 0].mean() + just[fair == 0].mean()) / 2}

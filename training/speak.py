"""Batched greedy decoding in torch, with a cache; used to evaluate checkpoints."""
import torch

from text import EOS


class Speaker:
    def __init__(self, model):
        self.decoder, self.p = model.decoder, model.c.prefix

    @torch.no_grad()
    def __call__(self, tokens, prompts, limit=45, answers=True):
        """tokens [B,P,lm]; prompts of any lengths. Every row reads one token a step, its own prompt
        first, so all rows stay at one position. Returns per row ids, boxes, and the prompt's last logits."""
        d, b = self.decoder, len(prompts)
        prefix = d.prefix(tokens)
        cache = [(prefix[:, n, 0], prefix[:, n, 1]) for n in range(len(d.layers))]
        ids, boxes, self.plausible = [list(p) for p in prompts], [[] for _ in prompts], [None] * b
        last, done = [None] * b, [False] * b
        for step in range(max(map(len, prompts)) + (limit if answers else 0)):
            word = torch.tensor([[row[step] if step < len(row) else EOS] for row in ids])
            x = d.embed(word, torch.full((b, 1), self.p + step))
            for n, layer in enumerate(d.layers):
                q, k, v = layer.project(x)
                k, v = torch.cat([cache[n][0], k], 2), torch.cat([cache[n][1], v], 2)
                cache[n] = (k, v)
                x = layer.finish(x, layer.attend(q, k, v))
            logits, box, plausible = d.heads_of(x)
            best = logits[:, 0].argmax(-1).tolist()
            for r in range(b):
                if step < len(ids[r]):
                    boxes[r].append(box[r, 0].tolist())
                    self.plausible[r] = float(plausible[r, 0])
                if step + 1 == len(prompts[r]):
                    last[r] = logits[r, 0]
                if answers and step + 1 == len(ids[r]) and not done[r]:
                    if best[r] == EOS or len(ids[r]) - len(prompts[r]) >= limit:
                        done[r] = True
                    else:
                        ids[r].append(best[r])
                elif not answers and step + 1 == len(ids[r]):
                    done[r] = True
            if all(done) and step + 1 >= max(map(len, ids)):
                break
        return ids, boxes, last

"""Collects the word list: everything the table and the templates can say.

  python3 vocabulary.py --out ../models/scenes-mini/tokenizer.json
"""
import argparse

import numpy as np

import referring
import settings
import world
from knowledge import NUMBERS, a, kind_phrase, plural, things
from questions import about_many, about_one, about_two, about_whole, captions, narration, which_one
from text import SPECIAL, Tokenizer, pieces

# Words people use that no template says; known words at least keep their place in the sentence.
EXTRA = ("please tell me picture image photo scene there their they you your i we he she his her who whose "
         "know would like should could when how much many about look near next behind front under over between inside outside").split()


def collect(scenes=3000) -> Tokenizer:
    words = set(EXTRA) | set(NUMBERS) | set(",.?!':;")
    say = lambda text: words.update(pieces(text))
    for t in things():
        for text in (a(t.name), plural(t.name), t.kind, plural(kind_phrase(t.kind)), kind_phrase(t.kind),
                     t.colour, t.found, t.can, t.use, t.made, t.next):
            say(text)
    for noun, where in settings.PHRASES.values():
        say(noun), say(where)
    for seed in range(scenes):
        rng = np.random.default_rng(seed)
        scene, _ = world.make(seed, None)
        if not scene.objects:
            continue
        others = [t for t in things() if t not in {o.thing for o in scene.objects}]
        asked = about_whole(rng, scene) + [captions(scene), narration(scene)]
        asked += [referring.question(rng, scene, i) for i in referring.expressions(rng, scene) + referring.absences(rng, scene)]
        chosen = list(enumerate(scene.objects))
        for k, o in chosen:
            asked += about_one(rng, scene, k, o, others) + [captions(scene, o)]
        if len(chosen) > 1:
            asked += about_two(rng, scene, 0, chosen[0][1], 1, chosen[1][1]) + which_one(rng, scene, chosen) + about_many(rng, scene, chosen[:4]) + about_many(rng, scene, chosen[:3])
        for q in asked:
            say(q.text)
            if q.answer:
                words.update(w for w, _ in q.answer.parts)
    return Tokenizer(sorted(w for w in words if w not in SPECIAL))


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--out", required=True)
    tok = collect()
    tok.save(p.parse_args().out)
    print(f"{len(tok)} tokens")

"""python3 -m unittest test_everyday (needs no artwork: the truth alone is tested)"""
import json
import re
import unittest
from collections import Counter
from pathlib import Path

import numpy as np

import everyday
import referring
import samples
import world
from knowledge import by_name, plural, things
from questions import about_one, about_two, about_whole
from text import BECAUSE, Tokenizer
from vocabulary import collect


def scenes(count, several=False):
    for seed in range(count):
        scene, _ = world.make(seed, None)
        if len(scene.objects) > several:
            yield np.random.default_rng(seed), scene


def asked_of_one(rng, scene):
    others = [t for t in things() if t not in {o.thing for o in scene.objects}]
    return [(o, q) for k, o in enumerate(scene.objects) for q in about_one(rng, scene, k, o, others)]


def asked_of_two(rng, scene):
    first, second = scene.objects[:2]
    return first, second, about_two(rng, scene, 0, first, 1, second)


class Everyday(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tok = collect(400)

    def test_what_is_dangerous_is_to_be_feared_and_not_safe(self):
        told = Counter()
        for rng, scene in scenes(100):
            for o, q in asked_of_one(rng, scene):
                if q.kind in ("afraid", "safe"):
                    self.assertEqual(q.accept == ["yes"], ("d" in o.thing.flags) == (q.kind == "afraid"), (o.thing.name, q.text))
                    self.assertTrue(q.answer.text.endswith("dangerous" if "d" in o.thing.flags else "harmless"))
                    told[q.kind, q.accept[0]] += 1
        self.assertTrue(all(told[kind, word] > 10 for kind in ("afraid", "safe") for word in ("yes", "no")), told)

    def test_only_persons_are_asked_who_they_are(self):
        kinds = {o.thing.kind for rng, scene in scenes(150) for o, q in asked_of_one(rng, scene) if q.kind == "who"}
        self.assertEqual(kinds, {"person"})

    def test_living_bodies_are_of_flesh_and_blood_and_tools_are_not(self):
        made = {(o.thing.kind, q.accept[0]) for rng, scene in scenes(150) for o, q in asked_of_one(rng, scene) if q.kind == "made"}
        self.assertIn(("animal", "flesh and blood"), made)
        self.assertEqual({m for kind, m in made if kind == "tool"} & {"flesh and blood"}, set())

    def test_what_is_heavier_or_faster_is_what_the_table_says(self):
        name = by_name()
        self.assertTrue(everyday.outweighs(name["tractor"], name["dog"]))
        self.assertFalse(everyday.outweighs(name["dog"], name["tractor"]))
        self.assertFalse(everyday.outweighs(name["cow"], name["tractor"]))   # too like each other
        self.assertFalse(everyday.outweighs(name["cloud"], name["tractor"]))  # nobody weighs a cloud
        self.assertTrue(everyday.outruns(name["horse"], name["snail"]))
        self.assertTrue(everyday.outruns(name["car"], name["tractor"]))
        self.assertFalse(everyday.outruns(name["bicycle"], name["bus"]))     # the table calls both, and no bus, fast
        self.assertFalse(everyday.outruns(name["horse"], name["tree"]))      # it does not run at all

    def test_the_lighter_and_the_heavier_are_told_apart(self):
        words = Counter()
        for rng, scene in scenes(400, several=True):
            first, second, asked = asked_of_two(rng, scene)
            for q in asked:
                if q.kind == "weight":
                    chosen, other = (first, second) if q.accept == ["[0]"] else (second, first)
                    heavier = chosen.thing.size > other.thing.size
                    self.assertEqual(heavier, "heav" in q.text or "more" in q.text, q.text)
                    words[heavier] += 1
        self.assertTrue(min(words[True], words[False]) > 10, words)

    def test_sides_are_where_the_middles_are(self):
        for rng, scene in scenes(300, several=True):
            first, second, asked = asked_of_two(rng, scene)
            dx, dy = (first.centre[k] - second.centre[k] for k in (0, 1))
            for q in asked:
                if q.kind == "either side":
                    truth = {"above": dy < 0, "below": dy > 0, "to the left of": dx < 0, "to the right of": dx > 0}
                    self.assertTrue(truth[q.accept[1]], q.text)
                    self.assertEqual(q.accept[1] in ("above", "below"), "above or below" in q.text)
                if q.kind == "outer of two":
                    axis, sign = (1, 1 if "lower" in q.text else -1) if "down" in q.text or "up" in q.text else (0, 1 if "right" in q.text else -1)
                    self.assertEqual(q.accept, ["[0]" if sign * (first.centre[axis] - second.centre[axis]) > 0 else "[1]"], q.text)

    def test_what_two_things_have_in_common_is_true_of_both(self):
        for rng, scene in scenes(400, several=True):
            first, second, asked = asked_of_two(rng, scene)
            said = next(q for q in asked if q.kind == "in common").accept[0]
            if said == "nothing":
                self.assertFalse(set(first.thing.kinds) & set(second.thing.kinds))
            elif first.thing == second.thing:
                self.assertEqual(said, f"both are {plural(first.thing.name)}")
            else:
                self.assertTrue(set(first.thing.kinds) & set(second.thing.kinds))

    def test_everything_of_a_kind_is_listed_once(self):
        for rng, scene in scenes(200):
            for q in about_whole(rng, scene):
                if q.kind == "which kind" and q.answer.text != "none":
                    said = q.answer.text
                    kind = next(k for k in {k for t in things() for k in t.kinds}
                                if re.search(rf" {plural(everyday.kind_phrase(k))} (are|do|can)", q.text))
                    for o in scene.objects:
                        named = re.search(rf"\b({o.thing.name}|{plural(o.thing.name)})\b", said) is not None
                        if kind in o.thing.kinds:
                            self.assertTrue(named, (said, o.thing.name))

    def test_a_use_points_at_the_one_thing_that_has_it(self):
        found = 0
        for rng, scene in scenes(200):
            for kind, said, obj in referring.expressions(rng, scene):
                if kind == "use":
                    found += 1
                    same = [o for o in scene.objects if (o.thing.use and said.endswith(f"for {o.thing.use}")) or
                            (o.thing.can and said.endswith(f"can {o.thing.can}")) or said.endswith("drive") and o.thing.name in referring.DRIVEN]
                    self.assertEqual(same, [obj], said)
        self.assertGreater(found, 100)

    def test_neither_answer_of_a_two_sided_question_is_the_safe_guess(self):
        said = Counter()
        for rng, scene in scenes(500, several=True):
            chosen = list(enumerate(scene.objects[:4]))
            for q in samples.ask_regions(rng, scene, chosen):
                if q.kind in ("same kind", "relation"):
                    said[q.kind, samples.common(q)] += 1
        for kind in ("same kind", "relation"):
            share = said[kind, True] / (said[kind, True] + said[kind, False])
            self.assertTrue(0.3 < share < 0.7, (kind, share))

    def test_politeness_changes_the_question_alone(self):
        tok = Tokenizer(self.tok.words)
        scene = next(s for _, s in scenes(50))
        q = about_one(np.random.default_rng(0), scene, 0, scene.objects[0], list(things())[:5])[0]
        plain = samples.segment(tok, q)
        learned = lambda s: [t for t in s[1] if t >= 0]
        longer = 0
        for seed in range(200):
            said = samples.segment(tok, q, np.random.default_rng(seed))
            self.assertEqual(learned(said), learned(plain))
            self.assertNotIn(BECAUSE, said[0][:said[0].index(tok.id["[0]"])])
            longer += len(said[0]) > len(plain[0])
        self.assertTrue(0 < longer < 40, longer)

    def test_the_committed_questions_are_about_the_things_of_the_split(self):
        folder = Path(__file__).parent.parent / "models" / "scenes-mini" / "eval"
        told = [json.loads(line) for line in (folder / "split.jsonl").read_text().splitlines()]
        asked = [json.loads(line) for line in (folder / "everyday" / "split.jsonl").read_text().splitlines()]
        self.assertEqual([t["file"] for t in told], [a["file"] for a in asked])
        for t, a in zip(told, asked):
            boxes = [tuple(o["box"]) for o in t["objects"]]
            self.assertTrue(a["questions"])
            for q in a["questions"]:
                self.assertTrue(all(tuple(r["box"]) in boxes for r in q["regions"] if "box" in r), t["file"])
                self.assertTrue(tuple(q["box"]) in boxes if q["task"] == "locate" else q["accept"], t["file"])


if __name__ == "__main__":
    unittest.main()

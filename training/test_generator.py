"""python3 -m unittest test_generator (needs no artwork: the truth alone is tested)"""
import unittest

import numpy as np

import referring
import samples
import settings
import world
from knowledge import a, things
from questions import about_whole, narration
from split import run_lengths
from text import ABSENT, FIND, HERE, Tokenizer
from vocabulary import collect


class Generator(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tok = collect(400)

    def test_a_seed_makes_the_same_scene_and_samples(self):
        for seed in range(20):
            one, two = world.make(seed, None)[0], world.make(seed, None)[0]
            self.assertEqual(one, two)
            if one.objects:
                x = samples.sets(one, self.tok, np.random.default_rng(seed))
                y = samples.sets(two, self.tok, np.random.default_rng(seed))
                self.assertTrue(all((p == q).all() for p, q in zip(x, y)))

    def test_a_setting_paints_the_same_picture_from_a_seed(self):
        for name in settings.NAMES:
            one, two = (np.asarray(settings.paint(name, np.random.default_rng(3), 96, 64)) for _ in range(2))
            self.assertTrue((one == two).all(), name)

    def test_boxes_lie_within_the_picture_and_overlap_little(self):
        for seed in range(100):
            scene, _ = world.make(seed, None)
            for n, o in enumerate(scene.objects):
                self.assertTrue(0 <= o.box[0] < o.box[2] <= scene.width and 0 <= o.box[1] < o.box[3] <= scene.height)
                for other in scene.objects[:n]:
                    self.assertLess(world.overlap(o.box, other.box), 0.5)

    def test_a_name_is_located_only_where_one_thing_bears_it(self):
        for seed in range(100):
            scene, _ = world.make(seed, None)
            rng = np.random.default_rng(seed)
            names = [o.thing.name for o in scene.objects]
            for kind, _, obj in referring.expressions(rng, scene):
                if kind == "name":
                    self.assertEqual(names.count(obj.thing.name), 1)
            for _, expression, obj in referring.absences(rng, scene):
                self.assertIsNone(obj)
                self.assertNotIn(expression[4:], names)

    def test_counts_are_true(self):
        for seed in range(100):
            scene, _ = world.make(seed, None)
            if not scene.objects:
                continue
            for q in about_whole(np.random.default_rng(seed), scene):
                if q.kind == "count all":
                    self.assertEqual(q.accept[1], str(len(scene.objects)))

    def test_every_word_of_the_table_is_in_the_vocabulary(self):
        for t in things():
            for text in (a(t.name), t.found, t.can, t.use, t.next):
                self.assertNotIn(2, self.tok.encode(text), text)

    def test_text_is_split_as_the_format_says(self):
        tok = Tokenizer(["t", "shirt", "what", "is", "don't"])
        self.assertEqual([tok.all[i] for i in tok.encode("What is [2]?!", True)], ["what", "is", "[2]"])
        self.assertEqual([tok.all[i] for i in tok.encode("t-shirt don't")], ["t", "shirt", "don't"])

    def test_narration_goes_from_left_to_right(self):
        for seed in range(30):
            scene, _ = world.make(seed, None)
            if scene.objects:
                said = narration(scene).answer.text
                at = [said.find(a(o.thing.name)) for o in sorted(scene.objects, key=lambda o: o.centre[0])]
                self.assertNotIn(-1, at)

    def test_a_located_thing_has_its_place_on_the_last_token(self):
        scene, _ = world.make(4, None)
        rng = np.random.default_rng(0)
        for item in referring.expressions(rng, scene) + referring.absences(rng, scene):
            ids, target, boxes, _ = samples.segment(self.tok, referring.question(rng, scene, item))
            self.assertEqual(ids[-1], FIND)
            self.assertEqual(target[-1], ABSENT if item[2] is None else HERE)
            self.assertEqual(boxes[-1] is None, item[2] is None)

    def test_run_lengths_are_written_as_coco_does(self):
        middle = np.zeros((3, 3), bool)
        middle[1, 1] = True
        self.assertEqual(run_lengths(middle), "414")
        self.assertEqual(run_lengths(~np.zeros((2, 2), bool)), "04")
        wide = np.zeros((100, 4), bool)
        wide[10:60, 1] = wide[20:80, 2] = True
        self.assertEqual(run_lengths(wide), "^3b1l1:l1")  # 110, 50, 60, 60 - 50, 120 - 60

    def test_wrong_answers_are_wrong_and_teach_no_words(self):
        corrupt, found = samples.Corrupter(), 0
        for seed in range(200):
            scene, _ = world.make(seed, None)
            rng = np.random.default_rng(seed)
            for q in about_whole(rng, scene) if scene.objects else []:
                wrong = corrupt(rng, q)
                if wrong is not None:
                    found += 1
                    self.assertNotIn(wrong.answer.text.split(" <because>")[0], q.accept)
                    _, target, boxes, judged = samples.segment(self.tok, wrong)
                    self.assertEqual(set(target), {-1})
                    self.assertEqual(judged[-1], 0)
        self.assertGreater(found, 100)


if __name__ == "__main__":
    unittest.main()

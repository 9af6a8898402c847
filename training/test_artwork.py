"""python3 -m unittest test_artwork (draws its own artwork: collections of two icons each)"""
import json
import tempfile
import unittest
from pathlib import Path

import numpy as np
from PIL import Image

import artwork
import samples
import world
from drawing import another, drawn
from hands import painted
from knowledge import by_name, things
from sprites import COLOURLESS, FURTHER, STRANGE_PREFIX, Sprites

SQUARE = '<path fill="#c00" d="M2 2h20v20H2z"/>'


def collection(*names, aliases=()):
    return {"width": 24, "height": 24, "icons": {n: {"body": SQUARE} for n in names},
            "aliases": {a: {"parent": names[0]} for a in aliases}}


class Artwork(unittest.TestCase):
    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.folder = Path(held.name)

    def sprite(self, style, name, colour=(200, 0, 0, 255), size=(40, 30)):
        (self.folder / style).mkdir(exist_ok=True)
        Image.new("RGBA", size, colour).save(self.folder / style / f"{name}.png")

    def test_every_row_of_the_drawings_is_of_a_thing_of_the_world(self):
        for name, _ in artwork.further():
            self.assertIn(name, by_name())

    def test_a_trained_hand_shows_a_thing_in_several_ways_and_the_held_out_one_in_one(self):
        icons = collection("dog", "dog-face", "poodle")["icons"]
        dog = by_name()["dog"]
        self.assertEqual(artwork.names_of(icons, dog, "noto"), ["dog", "dog-face", "poodle"])
        self.assertEqual(artwork.names_of(icons, dog, "emojione"), ["dog"])
        self.assertEqual(artwork.names_of(icons, dog, "mdi"), [None, "dog"])

    def test_what_only_its_colour_tells_is_not_drawn_by_hands_without_true_colours(self):
        icons = collection("lemon", "carrot")["icons"]
        lemon, carrot = by_name()["lemon"], by_name()["carrot"]
        self.assertEqual(artwork.names_of(icons, lemon, "noto"), ["lemon"])
        for style in COLOURLESS:
            self.assertFalse(any(artwork.names_of(icons, lemon, style)), style)
            self.assertTrue(any(artwork.names_of(icons, carrot, style)), style)

    def test_what_only_its_colour_tells_is_not_painted_over(self):
        self.sprite("blobmoji", "lemon", (250, 220, 40, 255))
        self.sprite("noto", "lemon", (250, 220, 40, 255))
        sprites = Sprites(self.folder, ["noto", "blobmoji"])
        for seed in range(40):
            rgba, _ = drawn(sprites, "blobmoji", by_name()["lemon"], 40, np.random.default_rng(seed), strong=True)
            red, green, blue = (rgba[..., k][rgba[..., 3] > 200].mean() for k in range(3))
            self.assertGreater(min(red, green), blue, seed)

    def test_people_come_in_tones_of_skin(self):
        icons = collection("baby", "baby-dark-skin-tone", "baby-light")["icons"]
        self.assertEqual(artwork.names_of(icons, by_name()["baby"], "noto"), ["baby", "baby-light", "baby-dark-skin-tone"])

    def test_an_alias_is_another_name_of_the_same_drawing(self):
        (self.folder / "noto").mkdir()
        (self.folder / "noto" / "icons.json").write_text(json.dumps(collection("dog", aliases=["hound"])))
        self.assertEqual(artwork.collection_of(self.folder, "noto")["icons"]["hound"], {"body": SQUARE})

    def test_strangers_are_what_most_hands_draw_and_the_world_does_not_know(self):
        (self.folder / "noto").mkdir()
        kinds = {"Animals & Nature": ["giraffe", "dog", "dog-face", "rat", "zebra"], "Food & Drink": [], "Travel & Places": [],
                 "Activities": [], "Objects": ["locked-with-key"]}
        (self.folder / "noto" / "metadata.json").write_text(json.dumps({"categories": kinds}))
        most = {s: kinds["Animals & Nature"][:4] + kinds["Objects"] for s in ("noto", "twemoji", "openmoji", "noto-v1", "blobmoji")}
        most["fluent-emoji"] = ["zebra"]
        self.assertEqual(artwork.strangers(self.folder, most), ["giraffe"])

    def test_a_glyph_is_black_on_the_white_that_it_encloses(self):
        ring = np.zeros((20, 20, 4), np.uint8)
        ring[4:16, 4:16] = (255, 0, 0, 255)
        ring[8:12, 8:12] = 0
        made = np.asarray(artwork.filled(Image.fromarray(ring)))
        self.assertEqual(made[5, 5].tolist(), [0, 0, 0, 255])
        self.assertEqual(made[10, 10].tolist(), [255, 255, 255, 255])
        self.assertEqual(made[1, 1, 3], 0)

    def test_colours_are_the_usual_ones_only_on_the_usual_drawing_of_a_hand_that_colours(self):
        for name in ("dog", "dog.1", "dog.2"):
            self.sprite("noto", name)
        self.sprite("mdi", "dog")
        sprites, dog, rng = Sprites(self.folder, ["noto"] + FURTHER), by_name()["dog"], np.random.default_rng(0)
        self.assertEqual(sprites.count("noto", dog.index), 3)
        picks = [another(sprites, "noto", dog, rng) for _ in range(200)]
        self.assertEqual({which for which, _ in picks}, {0, 1, 2})
        self.assertTrue(all(usual == (which == 0) for which, usual in picks))
        self.assertFalse(any(another(sprites, "mdi", dog, rng)[1] for _ in range(50)))
        self.assertFalse(any(drawn(sprites, "mdi", dog, 40, rng, strong=True)[1] for _ in range(20)))

    def test_without_strong_changes_a_hand_shows_its_usual_drawing(self):
        self.sprite("noto", "dog")
        self.sprite("noto", "dog.1", (0, 0, 200, 255))
        sprites = Sprites(self.folder, ["noto"])
        for seed in range(20):
            rgba, _ = drawn(sprites, "noto", by_name()["dog"], 40, np.random.default_rng(seed))
            self.assertGreater(rgba[..., 0].mean(), rgba[..., 2].mean())

    def test_a_drawing_in_black_and_white_is_painted_in_two_colours_or_its_black_alone(self):
        half = np.full((20, 20, 4), 255, np.uint8)
        half[:, :10, :3] = 0
        alone = 0
        for seed in range(40):
            rgba = np.asarray(painted(Image.fromarray(half, "RGBA"), np.random.default_rng(seed)))
            dark, light = rgba[0, 0].tolist(), rgba[0, 19].tolist()
            self.assertEqual(len(np.unique(rgba.reshape(-1, 4), axis=0)), 2)
            self.assertEqual(dark[3], 255)
            self.assertGreater(len(set(dark[:3] + light[:3])), 2, "not grey any more")
            alone += light[3] == 0
        self.assertTrue(0 < alone < 20)

    def test_what_the_world_does_not_know_has_an_index_after_what_it_knows(self):
        for thing in things()[:12]:
            self.sprite("noto", thing.name.replace(" ", "-"))
        self.sprite("noto", f"{STRANGE_PREFIX}giraffe")
        sprites = Sprites(self.folder, ["noto"], strange=True)
        self.assertEqual([s.index for s in sprites.strange], [len(things())])
        scene, _ = world.make(1, sprites, count=8, shape=(1, 1), strong=True, strange=1.0)
        self.assertEqual({o.thing.index for o in scene.objects}, {len(things())})
        self.assertEqual(Sprites(self.folder, ["noto"]).strange, [])

    def test_a_point_is_on_what_is_seen_of_a_thing(self):
        for thing in things()[:12]:
            self.sprite("noto", thing.name.replace(" ", "-"))
        sprites, rng, on = Sprites(self.folder, ["noto"]), np.random.default_rng(0), []
        for seed in range(30):
            scene, _ = world.make(seed, sprites, count=10, shape=(1, 1))
            for o in scene.objects:
                x, y = (int(v * scene.longer) for v in samples.pointed_at(rng, scene, o)[:2])
                self.assertTrue(o.box[0] <= x <= o.box[2] and o.box[1] <= y <= o.box[3])
                on.append(o.mask[min(y - o.box[1], o.mask.shape[0] - 1), min(x - o.box[0], o.mask.shape[1] - 1)])
        self.assertGreater(np.mean(on), 0.98)


if __name__ == "__main__":
    unittest.main()

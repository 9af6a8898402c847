"""Scenes: artwork placed in painted surroundings, with the truth about it. Deterministic from a seed."""
import io
import math
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

import settings
from drawing import drawn
from knowledge import Thing, things
from sprites import FURTHER, Sprites

STRANGE = 0.4  # of a crowd in training: the share of things that the world does not know, where their drawings are to be had
SHAPES = [(1, 1), (4, 3), (4, 3), (3, 4), (3, 2), (2, 3), (16, 9), (9, 16), (2, 1), (1, 1)]


@dataclass
class Placed:
    thing: Thing
    style: str
    box: tuple  # x0, y0, x1, y1 in pixels, right and bottom exclusive
    true_colour: bool = True
    mask: object = None  # bool [h, w] within the box: where it can be seen

    @property
    def centre(self):
        return (self.box[0] + self.box[2]) / 2, (self.box[1] + self.box[3]) / 2

    @property
    def area(self):
        return (self.box[2] - self.box[0]) * (self.box[3] - self.box[1])


@dataclass
class Scene:
    width: int
    height: int
    setting: str
    objects: list = field(default_factory=list)

    @property
    def longer(self):
        return max(self.width, self.height)

    def unit(self, box):
        """A box in pixels as shares of the longer side."""
        return tuple(v / self.longer for v in box)

    @property
    def whole(self):
        return 0.0, 0.0, self.width / self.longer, self.height / self.longer


def overlap(a, b) -> float:
    """Intersection over the smaller of the two."""
    w = min(a[2], b[2]) - max(a[0], b[0])
    h = min(a[3], b[3]) - max(a[1], b[1])
    if w <= 0 or h <= 0:
        return 0.0
    area = lambda r: (r[2] - r[0]) * (r[3] - r[1])
    return w * h / max(1e-9, min(area(a), area(b)))


def seen(alpha: np.ndarray):
    """The rows and columns where the artwork can be seen."""
    solid = alpha > 70
    rows, cols = np.flatnonzero(solid.any(1)), np.flatnonzero(solid.any(0))
    if not len(rows):
        return None
    return cols[0], rows[0], cols[-1] + 1, rows[-1] + 1


def choose(rng, sprites: Sprites, count: int, style, strong=False) -> list:
    """Things for a scene: with some chance several of one thing or of one kind.

    strong: where few drawings are to be the usual ones, more of the things that have others.
    """
    pool, table = list(range(len(things()))), things()
    if strong and sprites.usual < 0.5:
        pool += sprites.varied * 2
    picked = []
    while len(picked) < count:
        if picked and rng.random() < 0.3:
            thing = table[picked[rng.integers(len(picked))]]
            if rng.random() < 0.4:
                same = [t for t in table if t.kind == thing.kind]
                thing = same[rng.integers(len(same))]
        else:
            thing = table[pool[rng.integers(len(pool))]]
        if sprites is None or (style in sprites.styles_of(thing.index) if style else sprites.styles_of(thing.index)):
            picked.append(thing.index)
    return [table[i] for i in picked]


def some_hand(hands: list, rng) -> str:
    """One of some styles; those for training alone are a third as likely."""
    while True:
        hand = hands[rng.integers(len(hands))]
        if hand not in FURTHER or rng.random() < 0.33:
            return hand


def sizes(rng, count: int) -> list:
    if count == 1:
        return [float(rng.uniform(0.2, 0.92))]
    top = {2: 0.6, 3: 0.5, 4: 0.42}.get(count, 0.36 if count <= 7 else 0.3)
    return [math.exp(rng.uniform(math.log(0.1), math.log(top))) for _ in range(count)]


def place(rng, size, w, h, taken):
    """A free enough place for a box, shrinking it if there is none."""
    bw, bh = size
    for attempt in range(24):
        if bw < w and bh < h:
            x, y = rng.uniform(0, w - bw), rng.uniform(0, h - bh)
            box = (x, y, x + bw, y + bh)
            if all(overlap(box, other) < (0.33 if attempt < 8 else 0.2) for other in taken):
                return int(x), int(y)
    return None


def make(seed, sprites, longer=192, style=None, count=None, setting=None, shape=None, clean=False,
         strong=False, strange=0.0):
    """One scene and its picture; with no sprites only the truth (boxes are then rough). strong: the
    drawings are changed more, as training wants it. strange: the share of things that the world does not know."""
    rng = np.random.default_rng(seed)
    a, b = shape or SHAPES[rng.integers(len(SHAPES))]
    w, h = round(longer * a / max(a, b)), round(longer * b / max(a, b))
    name = setting or (settings.NAMES[rng.integers(len(settings.NAMES))])
    scene = Scene(w, h, name)
    canvas = None
    if sprites is not None:
        canvas = np.asarray(settings.paint(name, rng, w, h), np.float32).copy()
    if count is None:
        count = int(rng.choice([1, 2, 3, 4, 5, 6, 7], p=[.2, .2, .2, .16, .11, .08, .05]))
    chosen = choose(rng, sprites, count, style, strong)
    if strange:
        chosen = [sprites.strange[rng.integers(len(sprites.strange))] if rng.random() < strange else t for t in chosen]
    mixed = style is None and rng.random() < 0.4
    common = style
    if sprites is not None and style is None and not mixed:
        common = some_hand(sprites.styles, rng)
    taken = []
    for thing, share in sorted(zip(chosen, sizes(rng, count)), key=lambda p: -p[1]):
        size = min(max(share * longer, 0.08 * longer), 0.95 * min(w, h))
        hand = common
        if sprites is None:
            shapes, honest = (size, size * rng.uniform(0.6, 1)), True
            inner = (0, 0, int(shapes[0]), int(shapes[1]))
        else:
            hands = sprites.styles_of(thing.index)
            if hand not in hands:
                hand = some_hand(hands, rng)
            rgba, honest = drawn(sprites, hand, thing, size, rng, strong)
            inner = seen(rgba[..., 3])
            if inner is None or rgba.shape[0] > h or rgba.shape[1] > w:
                continue
        spot = place(rng, (inner[2] - inner[0], inner[3] - inner[1]), w, h, taken)
        if spot is None:
            continue
        box = (spot[0], spot[1], spot[0] + inner[2] - inner[0], spot[1] + inner[3] - inner[1])
        if sprites is not None:
            part = rgba[inner[1]:inner[3], inner[0]:inner[2]]
            under = canvas[box[1]:box[3], box[0]:box[2]]
            under *= 1 - part[..., 3:] / 255
            under += part[..., :3]
            solid = part[..., 3] > 127
            for other in scene.objects:
                cover(other, box, solid)
        taken.append(box)
        scene.objects.append(Placed(thing, hand or "", tuple(int(v) for v in box), honest,
                                    None if sprites is None else solid))
    if sprites is None:
        return scene, None
    return scene, finish(canvas, rng, clean)


def cover(other: Placed, box, solid) -> None:
    """Takes from a mask what a thing drawn later hides."""
    x0, y0, x1, y1 = max(other.box[0], box[0]), max(other.box[1], box[1]), min(other.box[2], box[2]), min(other.box[3], box[3])
    if x0 < x1 and y0 < y1:
        ox, oy = other.box[:2]
        other.mask = other.mask.copy()
        other.mask[y0 - oy:y1 - oy, x0 - ox:x1 - ox] &= ~solid[y0 - box[1]:y1 - box[1], x0 - box[0]:x1 - box[0]]


def mask_within(scene: Scene, obj: Placed, frame, size: int) -> np.ndarray:
    """The share of each of size × size cells of a frame (as shares of the longer side) that the thing fills."""
    x0, y0, x1, y1 = (v * scene.longer for v in frame)
    picture = Image.fromarray(obj.mask.astype(np.uint8) * 255)
    fine = size * 2
    left, top = obj.box[:2]
    seen = picture.transform((fine, fine), Image.EXTENT, (x0 - left, y0 - top, x1 - left, y1 - top), Image.BILINEAR)
    return np.asarray(seen, np.float32).reshape(size, 2, size, 2).mean((1, 3)) / 255


def finish(canvas, rng, clean) -> Image.Image:
    """What cameras and formats do to a picture."""
    if not clean:
        if rng.random() < 0.3:
            canvas = canvas * np.float32(rng.uniform(0.75, 1.2)) + np.float32(rng.uniform(-12, 12))
        if rng.random() < 0.25:
            canvas = canvas + rng.normal(0, rng.uniform(2, 9), canvas.shape).astype(np.float32)
    picture = Image.fromarray(np.clip(canvas, 0, 255).astype(np.uint8))
    if not clean:
        if rng.random() < 0.15:
            w, h = picture.size
            k = rng.uniform(0.6, 0.95)
            picture = picture.resize((int(w * k), int(h * k)), Image.BILINEAR).resize((w, h), Image.BILINEAR)
        if rng.random() < 0.35:
            held = io.BytesIO()
            picture.save(held, "JPEG", quality=int(rng.uniform(45, 95)))
            picture = Image.open(io.BytesIO(held.getvalue())).convert("RGB")
    return picture


def letterbox(picture: Image.Image, size: int, pad=(128, 128, 128)) -> np.ndarray:
    """The picture scaled to the longer side, top left, on the padding colour; uint8 HWC."""
    scale = size / max(picture.size)
    w, h = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    if (w, h) != picture.size:
        picture = picture.resize((w, h), Image.LANCZOS)
    out = np.empty((size, size, 3), np.uint8)
    out[:] = pad
    out[:h, :w] = np.asarray(picture)
    return out

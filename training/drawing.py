"""A thing's drawing at a size, as it goes into a scene."""
import numpy as np
from PIL import Image

from hands import painted, restyled, tinted
from knowledge import Thing
from sprites import FURTHER, GLYPHS, TOLD_BY_COLOUR, Sprites, level_of


def another(sprites: Sprites, style: str, thing: Thing, rng) -> tuple:
    """Which of a hand's drawings of a thing, and whether it is one whose colours are the usual ones."""
    count = sprites.count(style, thing.index)
    if style in FURTHER:
        return int(rng.integers(count)), False
    if count == 1 or rng.random() < sprites.usual:
        return 0, True
    return int(rng.integers(1, count)), False


def drawn(sprites: Sprites, style: str, thing: Thing, size: float, rng, strong=False):
    """The artwork at a size (longer side in pixels), turned, mirrored and tinted; premultiplied RGBA."""
    which, usual = another(sprites, style, thing, rng) if strong else (0, True)
    picture = sprites.get(style, thing.index, level_of(size), which)
    scale = size / max(picture.size)
    stretch = rng.uniform(0.85, 1.18) if strong else rng.uniform(0.92, 1.08)
    w, h = max(4, round(picture.width * scale * stretch)), max(4, round(picture.height * scale / stretch))
    how = [Image.BILINEAR, Image.LANCZOS, Image.BOX, Image.BICUBIC][rng.integers(4)]
    picture = picture.resize((w, h), how)
    if rng.random() < 0.5:
        picture = picture.transpose(Image.FLIP_LEFT_RIGHT)
    if rng.random() < 0.5:
        angle = rng.normal(0, 8) if rng.random() < 0.75 else rng.uniform(-35, 35)
        picture = Image.merge("RGBA", picture.split()).rotate(angle, Image.BILINEAR, expand=True)
    gently = thing.name in TOLD_BY_COLOUR
    if not strong:
        return tinted(np.asarray(picture, np.float32), rng, gently)
    hands = [h for h in sprites.styles_of(thing.index) if h not in FURTHER]
    other = sprites.get(hands[rng.integers(len(hands))], thing.index, 40)
    if style in GLYPHS or style in FURTHER and not gently and rng.random() < 0.3:
        picture = painted(picture, rng)
    rgba, kept = restyled(picture, rng, other, gently)
    rgba, honest = tinted(rgba, rng, gently)
    return rgba, honest and kept and usual

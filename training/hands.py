"""Changes of hand that a drawing survives, so that an unseen style is less of a surprise. Pictures are premultiplied RGBA."""
import math

import numpy as np
from PIL import Image, ImageFilter


def rgba_of(picture: Image.Image) -> Image.Image:
    """The same numbers under a mode that PIL transforms."""
    return Image.merge("RGBA", picture.split())


def leant(picture, rng):
    lean = rng.uniform(-0.25, 0.25)
    w, h = picture.size
    wide = w + int(abs(lean) * h)
    return picture.transform((wide, h), Image.AFFINE, (1, lean, -max(0.0, lean) * h, 0, 1, 0), Image.BILINEAR)


def warped(picture, rng, amount=0.12, cells=3):
    """Proportions drawn otherwise: a grid of quads whose inner corners have moved."""
    w, h = picture.size
    xs, ys = np.linspace(0, w, cells + 1), np.linspace(0, h, cells + 1)
    at = np.stack(np.meshgrid(xs, ys), -1)
    at[1:-1, 1:-1] += rng.uniform(-amount, amount, (cells - 1, cells - 1, 2)) * (w, h)
    at[[0, -1], 1:-1, 0] += rng.uniform(-amount, amount, (2, cells - 1)) * w
    at[1:-1, [0, -1], 1] += rng.uniform(-amount, amount, (cells - 1, 2)) * h
    mesh = []
    for j in range(cells):
        for i in range(cells):
            box = (int(xs[i]), int(ys[j]), int(xs[i + 1]), int(ys[j + 1]))
            quad = (*at[j, i], *at[j + 1, i], *at[j + 1, i + 1], *at[j, i + 1])
            mesh.append((box, [float(v) for v in quad]))
    return picture.transform((w, h), Image.MESH, mesh, Image.BILINEAR)


def outlined(picture, rng):
    """A contour of one colour around the whole."""
    w, h = picture.size
    wide = max(1, round(max(w, h) * rng.uniform(0.012, 0.045)))
    held = Image.new("RGBA", (w + 2 * wide, h + 2 * wide))
    held.paste(picture, (wide, wide))
    alpha = held.getchannel("A")
    grown = np.asarray(alpha.filter(ImageFilter.MaxFilter(2 * wide + 1)), np.float32)[..., None]
    colour = np.float32(rng.choice([0, 1]) * 215 + rng.uniform(0, 40, 3)) if rng.random() < 0.7 else np.float32(rng.uniform(0, 255, 3))
    over = np.asarray(held, np.float32)
    rest = np.maximum(grown - over[..., 3:], 0)
    made = np.concatenate([over[..., :3] + rest / 255 * colour, over[..., 3:] + rest], -1)
    return Image.fromarray(np.clip(made, 0, 255).astype(np.uint8), "RGBA")


def straight(rgba):
    alpha = np.maximum(rgba[..., 3:], 1) / 255
    return np.minimum(rgba[..., :3] / alpha / 255, 1), alpha


def levelled(rgb, rng):
    """Few levels, as flat drawings have."""
    levels = int(rng.integers(2, 6))
    return np.round(rgb * levels) / levels


def shaded(rgb, rng):
    """Light from one side."""
    h, w = rgb.shape[:2]
    angle = rng.uniform(0, 2 * math.pi)
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    along = (x / w - 0.5) * math.cos(angle) + (y / h - 0.5) * math.sin(angle)
    return np.clip(rgb * np.float32(rng.uniform(0.85, 1.1)) + np.float32(rng.uniform(0.15, 0.55)) * along[..., None], 0, 1)


def lined(rgb, rng):
    """Contours on one pale colour."""
    grey = rgb.mean(-1)
    edge = np.hypot(*np.gradient(grey)) * np.float32(rng.uniform(2.5, 5))
    return np.clip(np.float32(rng.uniform(0.75, 1, 3)) - np.minimum(edge, 1)[..., None], 0, 1)


def toned(rgb, rng):
    """Two colours by brightness."""
    grey = rgb.mean(-1, keepdims=True)
    dark, light = np.float32(rng.uniform(0, 0.45, 3)), np.float32(rng.uniform(0.55, 1, 3))
    return dark + (light - dark) * grey


def painted(picture, rng):
    """A drawing in two colours: dark on light, light on dark, or, one time in four, its dark part alone."""
    rgb, alpha = straight(np.asarray(rgba_of(picture), np.float32))
    grey = rgb.mean(-1, keepdims=True)
    if rng.random() < 0.25:
        alpha = alpha * np.clip(1.15 - 1.3 * grey, 0, 1)
    dark, light = np.float32(rng.uniform(0, 0.6, 3)), np.float32(rng.uniform(0.5, 1, 3))
    if rng.random() < 0.25:
        dark, light = light, dark
    made = np.concatenate([(dark + (light - dark) * grey) * alpha, alpha], -1) * 255
    return Image.fromarray(np.clip(made, 0, 255).astype(np.uint8), "RGBA")


def borrowed(rgb, alpha, other):
    """The colours of another hand's drawing of the same thing, by mean and spread."""
    theirs, mask = straight(np.asarray(other, np.float32))
    own, there = rgb[alpha[..., 0] > 0.5], theirs[mask[..., 0] > 0.5]
    if len(own) < 8 or len(there) < 8:
        return rgb
    scale = np.clip((there.std(0) + 0.02) / (own.std(0) + 0.02), 0.5, 2)
    return np.clip((rgb - own.mean(0)) * scale + there.mean(0), 0, 1)


def restyled(picture: Image.Image, rng, other=None, gently=False) -> tuple:
    """The drawing as another hand might have made it, as an array; says whether colours are still honest.

    other: the same thing by another hand, whose colours may be borrowed. gently: its colours tell it from others.
    """
    picture, honest = rgba_of(picture), True
    if rng.random() < 0.3:
        picture = leant(picture, rng)
    if rng.random() < 0.35:
        picture = warped(picture, rng)
    if rng.random() < 0.08:
        picture = picture.filter(ImageFilter.GaussianBlur(max(picture.size) * rng.uniform(0.004, 0.02)))
    rgba = np.asarray(picture, np.float32)
    rgb, alpha = straight(rgba)
    if other is not None and rng.random() < 0.2:
        rgb = borrowed(rgb, alpha, other)
    if rng.random() < 0.6:
        grey, keep = rgb.mean(-1, keepdims=True), rng.uniform(0.35, 1.6)
        rgb = np.clip(grey + (rgb - grey) * np.float32(keep), 0, 1) ** np.float32(rng.uniform(0.65, 1.5))
        honest = keep > 0.55
    pick = rng.random()
    if pick < 0.12:
        rgb = levelled(rgb, rng)
    elif pick < 0.3:
        rgb = shaded(rgb, rng)
    elif pick < 0.36 and not gently:
        rgb, honest = lined(rgb, rng), False
    elif pick < 0.4 and not gently:
        rgb, honest = toned(rgb, rng), False
    rgba = np.concatenate([rgb * alpha * 255, rgba[..., 3:]], -1)
    if rng.random() < 0.18:
        made = Image.fromarray(np.clip(rgba, 0, 255).astype(np.uint8), "RGBA")
        rgba = np.asarray(outlined(made, rng), np.float32)
    return np.float32(rgba), honest


def tinted(rgba: np.ndarray, rng, gently=False) -> tuple:
    """Colour jitter; says whether the usual colours are still what one sees."""
    rgb, pick = rgba[..., :3], max(rng.random(), gently)
    if pick < 0.05:
        rgb = rgb.mean(-1, keepdims=True).repeat(3, -1)
    elif pick < 0.12:
        angle = rng.uniform(-0.6, 0.6)
        c, s = math.cos(angle), math.sin(angle)
        k, q = (1 - c) / 3, s / math.sqrt(3)
        turn = np.array([[c + k, k - q, k + q], [k + q, c + k, k - q], [k - q, k + q, c + k]], np.float32)
        rgb = rgb @ turn.T
    gain = rng.normal(1, 0.07, 3).astype(np.float32) * np.float32(rng.normal(1, 0.08))
    rgb = np.minimum(np.clip(rgb * gain, 0, 255), rgba[..., 3:])
    return np.concatenate([rgb, rgba[..., 3:]], -1), pick >= 0.12

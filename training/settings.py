"""Painted surroundings. Each painter fills a picture of any size; sizes inside are shares of it."""
import numpy as np
from PIL import Image, ImageDraw, ImageFilter

# name -> (noun phrase, phrase after a thing)
PHRASES = {
    "meadow": ("a meadow", "in a meadow"), "beach": ("a beach", "at the beach"),
    "street": ("a street", "on a street"), "kitchen": ("a kitchen", "in a kitchen"),
    "night": ("the night sky", "in the night sky"), "snow": ("the snow", "in the snow"),
    "sea": ("the sea", "in the sea"), "desert": ("a desert", "in a desert"),
    "room": ("a room", "in a room"), "plain": ("a plain background", "on a plain background"),
}
NAMES = list(PHRASES)


def colour(rng, base, spread=22):
    return tuple(int(v) for v in np.clip(np.array(base) + rng.normal(0, spread, 3), 0, 255))


def fade(w, h, top, bottom):
    t = np.linspace(0, 1, h, dtype=np.float32)[:, None, None]
    rows = np.array(top, np.float32) * (1 - t) + np.array(bottom, np.float32) * t
    return Image.fromarray(np.broadcast_to(rows, (h, w, 3)).astype(np.uint8).copy())


def horizon(rng, w, h, sky, ground, low=0.3, high=0.7):
    y = int(h * rng.uniform(low, high))
    picture = fade(w, h, *sky)
    picture.paste(fade(w, max(1, h - y), *ground), (0, y))
    return picture, ImageDraw.Draw(picture), y


def clouds(rng, d, w, y, tint):
    for _ in range(rng.integers(0, 4)):
        x, cy, r = rng.uniform(0, w), rng.uniform(0, max(1, y * 0.8)), rng.uniform(0.02, 0.07) * w
        for k in range(3):
            d.ellipse((x + k * r, cy - r / 2, x + k * r + 1.8 * r, cy + r / 2), fill=tint)


def meadow(rng, w, h):
    p, d, y = horizon(rng, w, h, (colour(rng, (120, 180, 240)), colour(rng, (200, 225, 250))),
                      (colour(rng, (110, 180, 70)), colour(rng, (60, 130, 40))))
    clouds(rng, d, w, y, (245, 248, 252))
    for _ in range(rng.integers(0, 4)):
        x, r = rng.uniform(0, w), rng.uniform(0.15, 0.5) * w
        d.pieslice((x - r, y - r * 0.35, x + r, y + r * 0.35), 180, 360, fill=colour(rng, (90, 160, 70)))
    tuft = colour(rng, (50, 120, 40))
    for _ in range(rng.integers(5, 40)):
        x, gy = rng.uniform(0, w), rng.uniform(y, h)
        d.line((x, gy, x + rng.normal(0, 2), gy - 0.025 * h), fill=tuft)
    return p


def beach(rng, w, h):
    p, d, y = horizon(rng, w, h, (colour(rng, (110, 190, 240)), colour(rng, (210, 235, 250))),
                      (colour(rng, (240, 215, 160)), colour(rng, (225, 190, 130))), 0.45, 0.7)
    top = y - int(h * rng.uniform(0.1, 0.25))
    d.rectangle((0, top, w, y), fill=colour(rng, (40, 140, 200)))
    d.line((0, y, w, y), fill=(240, 250, 255), width=max(1, h // 60))
    for _ in range(rng.integers(0, 30)):
        x, gy = rng.uniform(0, w), rng.uniform(y, h)
        d.point((x, gy), fill=(190, 160, 110))
    return p


def street(rng, w, h):
    p, d, y = horizon(rng, w, h, (colour(rng, (170, 200, 230)), colour(rng, (225, 230, 240))),
                      (colour(rng, (110, 110, 115), 10), colour(rng, (75, 75, 80), 10)), 0.45, 0.75)
    x = 0
    while x < w:
        bw, bh = rng.uniform(0.1, 0.25) * w, rng.uniform(0.3, 0.95) * y
        wall = colour(rng, (190, 160, 145), 30)
        d.rectangle((x, y - bh, x + bw, y), fill=wall)
        glass, step = colour(rng, (120, 140, 170)), max(6, int(0.05 * w))
        for wx in range(int(x) + step // 2, int(x + bw) - step // 2, step):
            for wy in range(int(y - bh) + step // 2, int(y) - step // 2, step):
                d.rectangle((wx, wy, wx + step // 2, wy + step // 2), fill=glass)
        x += bw
    my = (y + h) // 2
    for k in range(0, w, max(8, w // 8)):
        d.rectangle((k, my, k + w // 16, my + max(1, h // 60)), fill=(235, 235, 225))
    return p


def tiles(d, w, y0, y1, step, line):
    for x in range(0, w, step):
        d.line((x, y0, x, y1), fill=line)
    for y in range(y0, y1, step):
        d.line((0, y, w, y), fill=line)


def kitchen(rng, w, h):
    wall = colour(rng, (225, 235, 235), 15)
    p, d, y = horizon(rng, w, h, (wall, wall), (colour(rng, (190, 150, 110)), colour(rng, (160, 115, 80))), 0.5, 0.75)
    tiles(d, w, 0, y, max(6, int(rng.uniform(0.05, 0.12) * w)), tuple(max(0, v - 25) for v in wall))
    d.rectangle((0, y, w, y + h // 25), fill=colour(rng, (90, 80, 75)))
    step = int(w * rng.uniform(0.2, 0.35))
    for x in range(0, w, step):
        d.rectangle((x + 3, y + h // 12, x + step - 3, h - 3), outline=(110, 80, 60))
    return p


def night(rng, w, h):
    p = fade(w, h, colour(rng, (8, 10, 40), 8), colour(rng, (35, 40, 95), 12))
    d = ImageDraw.Draw(p)
    for _ in range(rng.integers(15, 70)):
        x, y, r = rng.uniform(0, w), rng.uniform(0, h), rng.choice([0, 0, 0.5, 1])
        d.ellipse((x - r, y - r, x + r, y + r), fill=(250, 245, 200))
    if rng.random() < 0.4:
        y = int(h * rng.uniform(0.8, 0.95))
        d.rectangle((0, y, w, h), fill=colour(rng, (15, 20, 30), 6))
    return p


def snow(rng, w, h):
    p, d, y = horizon(rng, w, h, (colour(rng, (170, 195, 220), 12), colour(rng, (215, 225, 238), 8)),
                      (colour(rng, (245, 248, 252), 5), colour(rng, (215, 228, 242), 8)))
    for _ in range(rng.integers(0, 4)):
        x, r = rng.uniform(0, w), rng.uniform(0.1, 0.3) * w
        d.polygon([(x - r, y), (x, y - r * 0.8), (x + r, y)], fill=colour(rng, (205, 215, 230), 8))
    for _ in range(rng.integers(20, 90)):
        x, fy, r = rng.uniform(0, w), rng.uniform(0, h), rng.uniform(0.3, 1.4)
        d.ellipse((x - r, fy - r, x + r, fy + r), fill=(255, 255, 255))
    return p


def sea(rng, w, h):
    p = fade(w, h, colour(rng, (50, 150, 205), 15), colour(rng, (10, 55, 115), 12))
    d = ImageDraw.Draw(p)
    tint = colour(rng, (110, 190, 230), 12)
    for _ in range(rng.integers(6, 24)):
        x, y, r = rng.uniform(0, w), rng.uniform(0, h), rng.uniform(0.02, 0.08) * w
        d.arc((x - r, y - r / 2, x + r, y + r / 2), 200, 340, fill=tint, width=max(1, w // 150))
    for _ in range(rng.integers(0, 14)):
        x, y, r = rng.uniform(0, w), rng.uniform(0, h), rng.uniform(0.5, 3)
        d.ellipse((x - r, y - r, x + r, y + r), outline=tint)
    return p


def desert(rng, w, h):
    p, d, y = horizon(rng, w, h, (colour(rng, (250, 190, 110), 18), colour(rng, (253, 225, 170), 12)),
                      (colour(rng, (225, 165, 85), 14), colour(rng, (190, 125, 60), 14)))
    for _ in range(rng.integers(1, 5)):
        x, r, gy = rng.uniform(0, w), rng.uniform(0.2, 0.6) * w, rng.uniform(y, h)
        d.chord((x - r, gy - r * 0.2, x + r, gy + r * 0.3), 180, 360, fill=colour(rng, (215, 150, 75), 14))
    return p


def room(rng, w, h):
    wall = colour(rng, rng.choice([(215, 195, 175), (180, 200, 190), (200, 185, 210), (225, 210, 160)]), 14)
    p, d, y = horizon(rng, w, h, (wall, wall), (colour(rng, (150, 105, 70)), colour(rng, (115, 75, 50))), 0.55, 0.8)
    for x in range(0, w * 2, max(8, w // 9)):
        d.line((w / 2 + (x - w) * 0.7, y, w / 2 + (x - w) * 1.6, h), fill=(95, 65, 45))
    if rng.random() < 0.7:
        x, wy, s = rng.uniform(0.05, 0.7) * w, rng.uniform(0.08, 0.3) * y, rng.uniform(0.3, 0.5) * y
        d.rectangle((x, wy, x + s, wy + s), fill=colour(rng, (170, 210, 240)), outline=(250, 250, 250), width=max(2, w // 80))
        d.line((x + s / 2, wy, x + s / 2, wy + s), fill=(250, 250, 250), width=max(1, w // 120))
    return p


def plain(rng, w, h):
    pick = rng.random()
    if pick < 0.45:
        tint = (255, 255, 255)
    elif pick < 0.55:
        tint = (int(rng.uniform(0, 255)),) * 3
    else:
        tint = tuple(int(v) for v in rng.uniform(20, 255, 3))
    return Image.new("RGB", (w, h), tint)


PAINTERS = {"meadow": meadow, "beach": beach, "street": street, "kitchen": kitchen, "night": night,
            "snow": snow, "sea": sea, "desert": desert, "room": room, "plain": plain}


def paint(name: str, rng, w: int, h: int) -> Image.Image:
    picture = PAINTERS[name](rng, w, h)
    if name != "plain" and rng.random() < 0.3:
        picture = picture.filter(ImageFilter.GaussianBlur(rng.uniform(0.4, 1.5) * w / 192))
    return picture

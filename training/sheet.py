"""A page of samples to look through: pictures with their boxes, and what is asked about them.

  python3 sheet.py --sprites .work/sprites --out sheet.html --count 24
"""
import argparse
import base64
import html
import io
from pathlib import Path

import numpy as np
from PIL import ImageDraw

import samples
import world
from knowledge import things
from sprites import FURTHER, HELD_OUT, TRAINED, Sprites

PAGE = """<!doctype html><meta charset="utf-8"><title>Samples</title><style>
body{font:14px/1.45 system-ui,sans-serif;margin:2rem;background:#fafafa;color:#222}
article{display:grid;grid-template-columns:340px 1fr;gap:1.5rem;background:#fff;border:1px solid #ddd;
border-radius:8px;padding:1rem;margin-bottom:1rem}img{max-width:340px}h2{font-size:1rem;margin:.2rem 0}
td{padding:.1rem .8rem .1rem 0;vertical-align:top}td:first-child{color:#888}</style>"""


def picture(scene, image):
    draw = ImageDraw.Draw(image)
    for n, o in enumerate(scene.objects):
        draw.rectangle((o.box[0], o.box[1], o.box[2] - 1, o.box[3] - 1), outline=(255, 0, 80), width=2)
        draw.text((o.box[0] + 3, o.box[1] + 2), f"[{n}] {o.thing.name}", fill=(255, 0, 80))
    held = io.BytesIO()
    image.save(held, "JPEG", quality=90)
    return base64.b64encode(held.getvalue()).decode()


def crowded(seed, sprites):
    """A picture as the naming head sees it in training, with what is in it."""
    scene, image = world.make(seed, sprites, 340, count=16, shape=(1, 1), strong=True, strange=world.STRANGE)
    rows = "".join(f"<tr><td>[{n}]<td>{html.escape(o.thing.name)}<td>{html.escape(o.style)}" for n, o in enumerate(scene.objects))
    return (f'<article><div><img src="data:image/jpeg;base64,{picture(scene, image)}"><h2>{scene.setting}</h2>'
            f"seed {seed}</div><table>{rows}</table></article>")


def entry(seed, sprites):
    scene, image = world.make(seed, sprites, 340)
    if not scene.objects:
        return ""
    rng = np.random.default_rng(seed)
    chosen = list(enumerate(scene.objects))[:6]
    asked = samples.ask_whole(rng, scene)[:14] + samples.ask_regions(rng, scene, chosen)[:14]
    rows = "".join(
        f"<tr><td>{q.task} · {html.escape(q.kind)}<td>{html.escape(q.text)}"
        f"<td>{html.escape(q.answer.text if q.answer else 'absent' if q.box is None else 'box ' + ' '.join(f'{v:.2f}' for v in q.box))}"
        for q in asked)
    styles = ", ".join(sorted({o.style for o in scene.objects}))
    return (f'<article><div><img src="data:image/jpeg;base64,{picture(scene, image)}"><h2>{scene.setting}</h2>'
            f"{html.escape(styles)}<br>seed {seed}</div><table>{rows}</table></article>")


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--sprites", type=Path, default=Path(".work/sprites"))
    p.add_argument("--out", type=Path, default=Path("sheet.html"))
    p.add_argument("--count", type=int, default=24)
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--held-out", action="store_true", help="draw in the style that is never trained on")
    p.add_argument("--crowded", action="store_true", help="crowds by all hands that are trained on, known things and others")
    o = p.parse_args()
    sprites = Sprites(o.sprites, HELD_OUT if o.held_out else TRAINED + FURTHER * o.crowded, strange=o.crowded)
    body = "".join((crowded if o.crowded else entry)(o.seed + n, sprites) for n in range(o.count))
    o.out.write_text(f"{PAGE}<h1>{len(things())} things, {o.count} scenes</h1>{body}")
    print(o.out)

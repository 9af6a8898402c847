"""Rasterized artwork: one RGBA picture per thing and drawing style, kept outside the repository.

  python3 sprites.py --icons node_modules/@iconify-json --out .work/sprites
"""
import argparse
import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image

from knowledge import things

# A held-out style is never trained on; openmoji's licence suits training but not committed pictures.
TRAINED = ["noto", "twemoji", "fluent-emoji-flat", "fxemoji", "openmoji", "noto-v1",
           "fluent-emoji", "streamline-emojis"]
HELD_OUT = ["emojione"]
SHOWN = ["noto", "twemoji", "fluent-emoji-flat", "fxemoji"]
SIZE = 160


def find_icon(icons: dict, thing, style: str):
    if style == "fxemoji":
        return thing.fx if thing.fx in icons else None
    for name in thing.icons:
        for n in (name, name + "-face", name + "-1"):
            if n in icons:
                return n
    return None


def svg_of(collection: dict, name: str) -> str:
    icon = collection["icons"][name]
    w = icon.get("width", collection.get("width", 16))
    h = icon.get("height", collection.get("height", 16))
    x, y = icon.get("left", 0), icon.get("top", 0)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'viewBox="{x} {y} {w} {h}" width="{w}" height="{h}" color="#222">{icon["body"]}</svg>')


def rasterize(svg: str, path: Path, size: int = SIZE) -> None:
    made = subprocess.run(
        ["rsvg-convert", "-w", str(size * 2), "-h", str(size * 2), "-a", "-o", str(path)],
        input=svg.encode(), capture_output=True)
    if made.returncode:  # a drawing the rasterizer cannot read is left out
        print(f"{path.parent.name}/{path.stem}: {made.stderr.decode().strip()}")
        path.unlink(missing_ok=True)
        return
    picture = Image.open(path).convert("RGBA")
    box = picture.getchannel("A").point(lambda v: 255 if v > 24 else 0).getbbox()
    picture = picture.crop(box)
    scale = size / max(picture.size)
    shape = tuple(max(1, round(s * scale)) for s in picture.size)
    picture.convert("RGBa").resize(shape, Image.LANCZOS).convert("RGBA").save(path)


def collection_of(icons_dir: Path, style: str) -> dict:
    collection = json.loads((icons_dir / style / "icons.json").read_text())
    for alias, target in collection.get("aliases", {}).items():
        if target["parent"] in collection["icons"] and len(target) == 1:
            collection["icons"].setdefault(alias, collection["icons"][target["parent"]])
    return collection


def build(icons_dir: Path, out: Path) -> None:
    jobs, missing = [], []
    for style in TRAINED + HELD_OUT:
        collection = collection_of(icons_dir, style)
        (out / style).mkdir(parents=True, exist_ok=True)
        for thing in things():
            name = find_icon(collection["icons"], thing, style)
            if name is None:
                missing.append(f"{style}/{thing.name}")
                continue
            jobs.append((svg_of(collection, name), out / style / (thing.name.replace(" ", "-") + ".png")))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda job: rasterize(*job), jobs))
    print(f"{len(jobs)} sprites, missing {len(missing)}: {', '.join(missing)}")


class Sprites:
    """Loads the artwork of some styles; each picture comes in three sizes to shrink from cheaply."""

    def __init__(self, folder, styles):
        self.styles = list(styles)
        self.table = {}
        for style in self.styles:
            for thing in things():
                path = Path(folder) / style / (thing.name.replace(" ", "-") + ".png")
                if path.exists():
                    self.table[style, thing.index] = path

    def styles_of(self, index: int) -> list:
        return [s for s in self.styles if (s, index) in self.table]

    @lru_cache(None)
    def get(self, style: str, index: int, size: float) -> Image.Image:
        picture = Image.open(self.table[style, index]).convert("RGBa")
        for level in (40, 80):
            if size <= level:
                scale = level / max(picture.size)
                return picture.resize([max(1, round(s * scale)) for s in picture.size], Image.BOX)
        return picture


def level_of(size: float) -> int:
    return 40 if size <= 32 else 80 if size <= 64 else SIZE


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--icons", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    o = p.parse_args()
    build(o.icons, o.out)

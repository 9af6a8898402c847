"""Rasterizes the artwork: RGBA pictures of every thing in every drawing style, kept outside the repository.

  python3 artwork.py --icons node_modules/@iconify-json --blobs blobmoji/svg --out .work/sprites
"""
import argparse
import json
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw

from knowledge import things
from sprites import COLOURLESS, DREW_MOST, FURTHER, GLYPHS, HELD_OUT, SIZE, STRANGE_PREFIX, TOLD_BY_COLOUR, TRAINED

ENDINGS = ("", "-face", "-1")  # of an icon's name in some collections
WRITTEN_OUT = ("game-icons", "icon-park", "mdi")  # collections whose names for things are listed apart
TONES = [tone + ending for tone in ("light", "medium-light", "medium", "medium-dark", "dark") for ending in ("", "-skin-tone")]
# Other things that are drawn so like one of the world's that telling them apart would teach the wrong thing.
LIKE_A_THING = re.compile(r"-oclock|-thirty|moon|^(rat|ram|ox|bison|water-buffalo|brown-mushroom|clinking-beer-mugs|motor-scooter"
                          r"|tram|tram-car|minibus|light-rail|railway-car|speedboat|motor-boat|houses|hut|mantelpiece-clock|stopwatch"
                          r"|e-mail|envelope-with-arrow|globe-with-meridians|womans-sandal|teacup-without-handle|low-battery"
                          r"|post-office|hotel|love-hotel|bank|running-shirt|billed-cap)$|^cloud-with|^sun-behind|^locked|^bell|notebook")


def find_icon(icons: dict, thing, style: str):
    if style == "fxemoji":
        return thing.fx if thing.fx in icons else None
    for name in thing.icons:
        for ending in ENDINGS:
            if name + ending in icons:
                return name + ending
    return None


@lru_cache(None)
def further() -> dict:
    """Names of more drawings of a thing, by collection; those of all collections of emoji under ""."""
    found = {}
    for line in (Path(__file__).parent / "drawings.txt").read_text().splitlines():
        if not line.startswith("#"):
            name, *lists = line.split("|")
            for style, names in zip(("", *WRITTEN_OUT), lists):
                found[name, style] = [n for n in names.split(",") if n]
    return found


def names_of(icons: dict, thing, style: str) -> list:
    """The icons that show a thing: the usual one first (None where there is none), then others."""
    if style in COLOURLESS and thing.name in TOLD_BY_COLOUR:
        return [None]
    if style in WRITTEN_OUT:
        return [None] + [n for n in further().get((thing.name, style), []) if n in icons]
    first = find_icon(icons, thing, style)
    if style in HELD_OUT:
        return [first]
    others = further().get((thing.name, ""), [])
    if "tones" in others and first:
        others = [f"{first}-{tone}" for tone in TONES] + [f"{o}-{tone}" for o in others for tone in TONES] + others
    return [first] + [n for n in dict.fromkeys(others) if n in icons and n != first]


def svg_of(collection: dict, name: str) -> str:
    """An icon as a file; a collection's icons are parts of files, or whole ones."""
    icon = collection["icons"][name]
    if isinstance(icon, str):
        return icon
    w = icon.get("width", collection.get("width", 16))
    h = icon.get("height", collection.get("height", 16))
    x, y = icon.get("left", 0), icon.get("top", 0)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'viewBox="{x} {y} {w} {h}" width="{w}" height="{h}" color="#222">{icon["body"]}</svg>')


def filled(picture: Image.Image) -> Image.Image:
    """A glyph in black on the white of all that it encloses."""
    w, h = picture.size
    outside = Image.new("L", (w + 2, h + 2), 0)
    outside.paste(picture.getchannel("A").point(lambda v: 255 if v > 127 else 0), (1, 1))
    ImageDraw.floodfill(outside, (0, 0), 128)
    alpha = picture.getchannel("A")
    within = outside.crop((1, 1, w + 1, h + 1)).point(lambda v: 0 if v == 128 else 255)
    grey = alpha.point(lambda v: 255 - v)
    return Image.merge("RGBA", (grey, grey, grey, ImageChops.lighter(within, alpha)))


def rasterize(svg: str, path: Path, size: int = SIZE) -> None:
    made = subprocess.run(
        ["rsvg-convert", "-w", str(size * 2), "-h", str(size * 2), "-a", "-o", str(path)],
        input=svg.encode(), capture_output=True)
    if made.returncode:  # a drawing the rasterizer cannot read is left out
        print(f"{path.parent.name}/{path.stem}: {made.stderr.decode().strip()}")
        path.unlink(missing_ok=True)
        return
    picture = Image.open(path).convert("RGBA")
    if path.parent.name in GLYPHS:
        picture = filled(picture)
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


def blobs_of(icons_dir: Path, folder: Path) -> dict:
    """Blobmoji's drawings as a collection: its files are named by code point, whose names Noto's collection has."""
    named = {}
    for code, name in json.loads((icons_dir / "noto" / "chars.json").read_text()).items():
        path = folder / f"emoji_u{code.replace('-', '_')}.svg"
        if path.exists():
            named[name] = path.read_text()
    return {"icons": named}


def strangers(icons_dir: Path, collections: dict) -> list:
    """What most hands draw beside the world's things, and what is not too like one of them."""
    known = {n + ending for t in things() for n in t.icons for ending in ENDINGS}
    known |= {n for names in further().values() for n in names}
    kinds = json.loads((icons_dir / "noto" / "metadata.json").read_text())["categories"]
    shared = [n for kind in ("Animals & Nature", "Food & Drink", "Travel & Places", "Activities", "Objects") for n in kinds[kind]
              if n not in known and sum(n in collections[s] for s in DREW_MOST if s in collections) >= 5]
    return [n for n in shared if not LIKE_A_THING.search(n)]


def build(icons_dir: Path, blobs: Path, out: Path) -> None:
    jobs, missing, collections = [], [], {}
    for style in TRAINED + HELD_OUT + FURTHER:
        if style != "blobmoji":
            collections[style] = collection_of(icons_dir, style)
        elif blobs:
            collections[style] = blobs_of(icons_dir, blobs)
    for style, collection in collections.items():
        for thing in things():
            for n, name in enumerate(names_of(collection["icons"], thing, style)):
                if name:
                    jobs.append((collection, name, out / style / f"{thing.name.replace(' ', '-')}{f'.{n}' if n else ''}.png"))
                elif style not in FURTHER:
                    missing.append(f"{style}/{thing.name}")
    for name in strangers(icons_dir, {style: c["icons"] for style, c in collections.items()}):
        jobs += [(collections[s], name, out / s / f"{STRANGE_PREFIX}{name}.png") for s in DREW_MOST
                 if s in collections and name in collections[s]["icons"]]
    for style in collections:
        (out / style).mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda job: rasterize(svg_of(*job[:2]), job[2]), jobs))
    print(f"{len(jobs)} sprites, missing {len(missing)}: {', '.join(missing)}")


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--icons", type=Path, required=True)
    p.add_argument("--blobs", type=Path, help="the folder svg of Blobmoji, whose drawings are left out without it")
    p.add_argument("--out", type=Path, required=True)
    o = p.parse_args()
    build(o.icons, o.blobs, o.out)

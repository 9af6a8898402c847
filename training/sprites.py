"""The drawing styles, and their rasterized artwork (see artwork.py)."""
from dataclasses import replace
from functools import cached_property, lru_cache
from pathlib import Path

from PIL import Image

from knowledge import things

# A held-out style is never trained on; openmoji's licence suits training but not committed pictures.
TRAINED = ["noto", "twemoji", "fluent-emoji-flat", "fxemoji", "openmoji", "noto-v1",
           "fluent-emoji", "streamline-emojis"]
HELD_OUT = ["emojione"]
SHOWN = ["noto", "twemoji", "fluent-emoji-flat", "fxemoji"]
# Hands that draw some of the things, or in no colours of their own: for training alone.
GLYPHS = ["fluent-emoji-high-contrast", "game-icons", "mdi"]
FURTHER = ["blobmoji", "icon-park"] + GLYPHS
COLOURLESS = ["icon-park"] + GLYPHS
# Things that only their colour tells from another: it is left nearly as it is, and hands without true colours do not draw them.
TOLD_BY_COLOUR = {"apple", "green apple", "lemon", "orange", "tomato"}
# Whose drawings of other things are learned as well, so that the features know more shapes than the world has.
DREW_MOST = ["noto", "twemoji", "fluent-emoji-flat", "openmoji", "noto-v1", "fluent-emoji", "blobmoji"]
STRANGE_PREFIX = "_"
SIZE = 160


def strange_things(folder) -> list:
    """What is drawn beside the world's things, as things with the indices after those it knows."""
    names = {p.stem for s in DREW_MOST for p in (Path(folder) / s).glob(f"{STRANGE_PREFIX}*.png")}
    return [replace(things()[0], index=len(things()) + n, name=name) for n, name in enumerate(sorted(names))]


class Sprites:
    """Loads the artwork of some styles; each picture comes in three sizes to shrink from cheaply.

    A thing's first drawing by a hand is its usual one; there may be others, of another pose or make.
    usual: the share of usual drawings where there are others. strange: whether what the world does not know is there too.
    """

    def __init__(self, folder, styles, strange=False, usual=0.25):
        self.styles, self.usual = list(styles), usual
        self.table = {}
        self.strange = strange_things(folder) if strange else []
        indices = {t.name.replace(" ", "-"): t.index for t in things() + tuple(self.strange)}
        for style in self.styles:
            for path in sorted((Path(folder) / style).glob("*.png"), key=lambda p: p.stem):  # NAME before NAME.1
                index = indices.get(path.stem.split(".")[0])
                if index is not None:
                    self.table.setdefault((style, index), []).append(path)

    @cached_property
    def varied(self) -> list:
        """The things that some of the hands which draw all things show in several ways."""
        return [t.index for t in things() if any(self.count(s, t.index) > 1 for s in self.styles_of(t.index) if s not in FURTHER)]

    def styles_of(self, index: int) -> list:
        return [s for s in self.styles if (s, index) in self.table]

    def count(self, style: str, index: int) -> int:
        return len(self.table[style, index])

    @lru_cache(None)
    def get(self, style: str, index: int, size: float, which: int = 0) -> Image.Image:
        picture = Image.open(self.table[style, index][which]).convert("RGBa")
        for level in (40, 80):
            if size <= level:
                scale = level / max(picture.size)
                return picture.resize([max(1, round(s * scale)) for s in picture.size], Image.BOX)
        return picture


def level_of(size: float) -> int:
    return 40 if size <= 32 else 80 if size <= 64 else SIZE

"""The hand-written table of things (knowledge.txt) and the words about them."""
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

# A kind is asked about by its own name or by any wider one.
WIDER = {
    "bird": ("animal",), "insect": ("animal",), "fruit": ("food",), "vegetable": ("food",),
    "flower": ("plant",),
}
KIND_NAME = {
    "clothing": "piece of clothing", "furniture": "piece of furniture",
    "instrument": "musical instrument", "food": "kind of food",
    "weather": "kind of weather",
}
MASS_NAMES = {"bread", "cheese", "coffee", "beer", "wine", "corn", "popcorn", "sushi", "spaghetti", "chocolate",
              "lightning", "fire"}
PLURAL_NAMES = {"grapes", "cherries", "fries", "scissors", "jeans", "glasses", "pancakes", "headphones",
                "sunglasses"}
IRREGULAR = {
    "mouse": "mice", "sheep": "sheep", "fish": "fish", "wolf": "wolves", "knife": "knives",
    "octopus": "octopuses", "butterfly": "butterflies", "ladybug": "ladybugs", "fox": "foxes",
    "strawberry": "strawberries", "baby": "babies", "cactus": "cacti", "bus": "buses",
    "box": "boxes", "watch": "watches", "peach": "peaches", "wrench": "wrenches",
    "hot dog": "hot dogs", "police officer": "police officers", "person": "people",
    "ostrich": "ostriches", "dress": "dresses", "princess": "princesses", "tomato": "tomatoes",
    "mango": "mangoes", "clothing": "clothes", "furniture": "furniture", "food": "food",
    "toy": "toys", "factory": "factories", "deer": "deer", "die": "dice", "maple leaf": "maple leaves",
    "candy": "candies", "battery": "batteries", "weather": "weather", "trophy": "trophies",
    "piece of clothing": "pieces of clothing", "piece of furniture": "pieces of furniture",
    "kind of food": "kinds of food", "kind of weather": "kinds of weather",
}
NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven"]


@dataclass(frozen=True)
class Thing:
    index: int
    name: str
    kind: str
    size: int
    colour: str
    flags: str
    found: str
    can: str
    use: str
    made: str
    next: str
    icons: tuple
    fx: str

    @property
    def plural(self) -> bool:
        return self.name in PLURAL_NAMES

    @property
    def kinds(self) -> tuple:
        """The kinds it counts as, narrowest first."""
        return (self.kind,) + WIDER.get(self.kind, ())

    def has(self, flag: str) -> bool:
        return flag in self.flags


@lru_cache(None)
def things() -> tuple:
    rows = []
    for line in (Path(__file__).parent / "knowledge.txt").read_text().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        f = [x.strip() for x in line.split("|")]
        icons = tuple(x for x in f[10].split(",") if x) or (f[0].replace(" ", "-"),)
        rows.append(Thing(len(rows), f[0], f[1], int(f[2]), f[3], f[4], f[5], f[6], f[7], f[8],
                          f[9], icons, f[11]))
    return tuple(rows)


@lru_cache(None)
def by_name() -> dict:
    return {t.name: t for t in things()}


def plural(word: str) -> str:
    if word in PLURAL_NAMES:
        return word
    if word in IRREGULAR:
        return IRREGULAR[word]
    head, _, last = word.rpartition(" ")
    if head:
        return head + " " + plural(last)
    return word + ("es" if word.endswith(("s", "x", "ch", "sh")) else "s")


def article(phrase: str) -> str:
    return "an" if phrase[0] in "aeiou" else "a"


def a(name: str) -> str:
    """The name with its indefinite article; names in the plural and of stuff take none."""
    return name if name in PLURAL_NAMES | MASS_NAMES else f"{article(name)} {name}"


def kind_phrase(kind: str) -> str:
    return KIND_NAME.get(kind, kind)

"""A question about a scene with its answer, and how one is put together."""
from dataclasses import dataclass, field

from text import Phrase


@dataclass
class Question:
    task: str
    kind: str
    text: str
    answer: Phrase = None
    accept: list = field(default_factory=list)
    box: tuple = None       # for locate: unit box, or None when absent
    wrong: bool = False     # a corrupted answer, for the critic


def pick(rng, *options):
    return options[rng.integers(len(options))]


def is_are(thing):
    return "are" if thing.plural else "is"


def yes(rng, kind, text, truth, why=None, box=None):
    word = "yes" if truth else "no"
    said = Phrase((word, box))
    if why:
        said.add("<because>").add(why, box)
    return Question("answer", kind, text, said, [word])

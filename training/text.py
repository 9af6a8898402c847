"""Words: the tokenizer of the bundle, and phrases whose words know what they stand for."""
import json
import re

SPECIAL = ["<pad>", "<eos>", "<unk>", "<answer>", "<caption>", "<narrate>", "<locate>", "<sep>",
           "<find>", "<because>", "<here>", "<absent>"] + [f"[{k}]" for k in range(8)]
PAD, EOS, UNK, ANSWER, CAPTION, NARRATE, LOCATE, SEP, FIND, BECAUSE, HERE, ABSENT = range(12)
PIECE = re.compile(r"\[\d\]|<because>|[a-z0-9]+(?:['-][a-z0-9]+)*|[^\sa-z0-9]")


def pieces(text: str) -> list:
    return PIECE.findall(text.lower())


class Tokenizer:
    def __init__(self, words):
        self.words = list(words)
        self.id = {w: i for i, w in enumerate(SPECIAL + self.words)}
        self.all = SPECIAL + self.words

    @staticmethod
    def load(path):
        return Tokenizer(json.loads(open(path).read())["words"])

    def save(self, path):
        with open(path, "w") as f:
            json.dump({"type": "words", "special": SPECIAL, "words": self.words}, f, indent=0)
            f.write("\n")

    def __len__(self):
        return len(self.all)

    def encode(self, text: str, question=False) -> list:
        found = pieces(text)
        while question and found and found[-1] in "?!.":
            found.pop()
        ids = []
        for p in found:
            if p not in self.id and "-" in p[1:]:
                ids += [self.id.get(q, UNK) for q in p.split("-")]
            else:
                ids.append(self.id.get(p, UNK))
        return ids

    def decode(self, ids) -> str:
        out = ""
        for i in ids:
            w = self.all[i]
            out += w if w in list(",.!?;:") or not out else " " + w
        return out


class Phrase:
    """Words in order, each with the box of what it stands for, or None."""

    def __init__(self, *parts):
        self.parts = []
        for p in parts:
            self.add(*(p if isinstance(p, tuple) else (p, None)))

    def add(self, text, box=None):
        self.parts += [(w, box) for w in pieces(text)]
        return self

    @property
    def text(self) -> str:
        out = ""
        for w, _ in self.parts:
            out += w if w in list(",.!?;:") or not out else " " + w
        return out

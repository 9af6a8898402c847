"""Asks a running server what a curious person would ask about the demo scenes, and writes a page of the answers.

  python3 curious.py --server http://127.0.0.1:8080 --scenes ../models/scenes-mini/demo --out ../models/scenes-mini/QUESTIONS.md
"""
import argparse
import base64
import json
import urllib.request
from pathlib import Path

from evaluate import iou

MARKS = {True: "✓", False: "✗", None: ""}


def parts(path):
    """(title, questions) of each part; a question is its cells."""
    found = []
    for line in path.read_text().splitlines():
        if line.startswith("=="):
            found.append((line[2:].strip(), []))
        elif line and not line.startswith("#"):
            found[-1][1].append([cell.strip() for cell in line.split("|")])
    return found


def ask(server, body):
    sent = urllib.request.Request(f"{server}/v1/questions", json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(sent) as got:
        return json.load(got)


def said(answer):
    if answer["task"] in ("locate", "segment"):
        best = answer["regions"][0]
        where = ", ".join(f"{v:.0f}" for v in best["box"])
        return ("" if best["score"] >= 0.5 else "not there; if anywhere, ") + f"[{where}], score {best['score']:.2f}"
    text = answer["text"] + (f", because {answer['rationale']}" if answer["rationale"] else "")
    return text + ("" if answer.get("confidence") is None else f" ({100 * answer['confidence']:.0f} %)")


def right(answer, scene, accepted):
    if accepted == ["*"]:
        return None
    if answer["task"] != "locate":
        return answer["text"] in accepted
    best = answer["regions"][0]
    here = [o["box"] for o in scene["objects"] if o["name"] in accepted]
    return best["score"] >= 0.5 and any(iou(best["box"], box) > 0.5 for box in here) if here else best["score"] < 0.5


def asked(o, scenes, questions):
    """The rows of a part, how many answers were right, how many have a right one, and the model."""
    rows, good, judged = [], 0, 0
    for file, task, things, text, accepted in questions:
        scene = scenes[file]
        pointed = [next(x["box"] for x in scene["objects"] if x["name"] == t.strip()) for t in things.split(",") if t.strip()]
        data = base64.b64encode((o.scenes / file).read_bytes()).decode()
        body = {"image": {"data": data}, "task": task, "regions": [{"box": b} for b in pointed]}
        answer = ask(o.server, body | ({"text": text} if text else {}))
        mark = right(answer, scene, [a.strip() for a in accepted.split("/")])
        good, judged = good + bool(mark), judged + (mark is not None)
        pointing = ", ".join(f"[{k}] {t.strip()}" for k, t in enumerate(things.split(","))) if things else ""
        rows.append(f"| [{file}](demo/{file}) | {pointing} | {text or task} | {said(answer)} | {MARKS[mark]} |")
    return rows, good, judged, answer["model"]


def main(o):
    scenes = {s["file"]: s for s in json.loads((o.scenes / "scenes.json").read_text())}
    told = [(title, *asked(o, scenes, questions)) for title, questions in parts(o.questions)]
    model = told[0][4]
    page = ["# What a curious person would ask", "",
            f"Questions about the demo scenes, as the served model ({model['name']}, `{model['digest'][:12]}`) answers them. Written by "
            "`training/curious.py`; the questions were chosen before they were asked, and some are outside what it was taught. "
            "The share in brackets is the answer's confidence."]
    for title, rows, good, judged, _ in told:
        page += ["", f"## {title}", "", f"{good} of the {judged} that have a right answer are right.", "",
                 "| picture | pointed at | asked | answered | |", "|---|---|---|---|---|"] + rows
    o.out.write_text("\n".join(page) + "\n")
    print("\n".join(page))


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--server", default="http://127.0.0.1:8080")
    p.add_argument("--scenes", type=Path, required=True)
    p.add_argument("--questions", type=Path, default=Path(__file__).parent / "curious.txt")
    p.add_argument("--out", type=Path, required=True)
    main(p.parse_args())

"""Draws the training log as an SVG: every part of the loss, and the share of things named right.

  python3 plot.py --log .work/run/log.tsv --out loss.svg
"""
import argparse
import math
from pathlib import Path

COLOURS = {"words": "#1f5fbf", "places": "#c0392b", "points": "#8e44ad", "heat": "#d68910", "naming": "#1e8449", "named": "#111", "crowd named": "#888"}
W, H, LEFT, TOP, LEGEND = 780, 400, 52, 24, 140


def rows_of(path):
    rows = []
    for line in path.read_text().splitlines():
        cells = line.split("\t")
        values = {k: float(v) for k, v in (c.rsplit(" ", 1) for c in cells[4:])}
        rows.append((int(cells[0]), float(cells[1]), values))
    return rows


def smooth(values, keep=0.7):
    out, at = [], None
    for v in values:
        at = v if at is None else keep * at + (1 - keep) * v
        out.append(at)
    return out


def draw(rows):
    end = rows[-1][1] / 60
    top = math.ceil(2 * min(3.0, max(row[2].get(name, 0) for row in rows for name in COLOURS))) / 2
    x = lambda minutes: LEFT + (W - LEFT - LEGEND) * minutes / end
    y = lambda value: TOP + (H - TOP - 40) * (1 - min(value, top) / top)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {W} {H}" font-family="system-ui,sans-serif" font-size="12">',
             f'<rect width="{W}" height="{H}" fill="#fff"/>']
    for k in range(round(top * 2) + 1):
        v = k * 0.5
        parts.append(f'<line x1="{LEFT}" x2="{W - LEGEND}" y1="{y(v):.1f}" y2="{y(v):.1f}" stroke="#e5e5e5"/>'
                     f'<text x="{LEFT - 8}" y="{y(v) + 4:.1f}" text-anchor="end" fill="#555">{v:g}</text>')
    for m in range(0, int(end) + 1, 10):
        parts.append(f'<text x="{x(m):.1f}" y="{H - 18}" text-anchor="middle" fill="#555">{m}</text>')
    parts.append(f'<text x="{(LEFT + W - LEGEND) / 2}" y="{H - 2}" text-anchor="middle" fill="#555">minutes</text>')
    for n, (name, colour) in enumerate(COLOURS.items()):
        kept = [(r[1] / 60, r[2][name]) for r in rows if name in r[2]]
        line = " ".join(f"{x(m):.1f},{y(v):.1f}" for (m, _), v in zip(kept, smooth([v for _, v in kept])))
        label = {"named": "named right (share)", "crowd named": "in crowds (share)"}.get(name, name)
        dash = ' stroke-dasharray="4 3"' if name.endswith("named") else ""
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="1.6"{dash}/>'
                     f'<text x="{W - LEGEND + 8}" y="{TOP + 16 * n + 8}" fill="{colour}">{label}</text>')
    return "\n".join(parts + ["</svg>"]) + "\n"


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--log", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    o = p.parse_args()
    o.out.write_text(draw(rows_of(o.log)))

import assert from "node:assert/strict";
import { test } from "node:test";
import { outline, pixels, runs } from "../assets.js";

/** COCO's compressed string, written after its definition and not after the code under test. */
function compress(lengths) {
  let text = "";
  lengths.forEach((length, i) => {
    let value = i > 2 ? length - lengths[i - 2] : length;
    for (let more = true; more;) {
      let bits = value & 31;
      value >>= 5;
      more = bits & 16 ? value !== -1 : value !== 0;
      if (more) bits |= 32;
      text += String.fromCharCode(bits + 48);
    }
  });
  return text;
}

/** Area inside closed loops of right angles, by the shoelace formula; holes count against it. */
function area(path) {
  return path.split("Z").filter(Boolean).reduce((sum, loop) => {
    const points = loop.slice(1).split("L").map((p) => p.split(" ").map(Number));
    return sum + points.reduce((twice, [x, y], i) => { const [u, v] = points[(i + 1) % points.length]; return twice + x * v - u * y; }, 0) / 2;
  }, 0);
}

test("Run lengths of every size are read, those that shrink included", () => {
  for (const lengths of [[3], [0, 1], [5, 2, 900, 1, 40_000, 1, 2, 16, 15, 17]]) assert.deepEqual(runs(compress(lengths)), lengths);
});

test("Pixels lie column by column", () => {
  assert.deepEqual([...pixels({ size: [2, 3], counts: compress([1, 3, 2]) })], [0, 1, 1, 1, 0, 0]);
});

test("A block is one loop of four corners", () => {
  // Columns 1 and 2 of four, rows 1 to 3 of five.
  assert.equal(outline({ size: [5, 4], counts: compress([6, 3, 2, 3, 6]) }), "M1 1L3 1L3 4L1 4Z");
});

test("The outline holds as many pixels as the mask, holes and touching corners included", () => {
  let seed = 7;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  for (let round = 0; round < 50; round++) {
    const [height, width] = [1 + Math.floor(random() * 12), 1 + Math.floor(random() * 12)], lengths = [];
    for (let left = height * width; left > 0;) {
      const length = Math.min(left, Math.floor(random() * 9) + (lengths.length ? 1 : 0));
      lengths.push(length);
      left -= length;
    }
    const inside = lengths.filter((_, i) => i % 2).reduce((sum, length) => sum + length, 0);
    assert.equal(area(outline({ size: [height, width], counts: compress(lengths) })), inside);
  }
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { boxAround, inside, overlap, simplified, within } from "../assets.js";

test("A place is kept inside the picture, in quarter pixels", () => {
  assert.deepEqual(inside([-3, 10.13], { width: 20, height: 10 }), [0, 10]);
  assert.deepEqual(inside([19.9, 4.3], { width: 20, height: 10 }), [20, 4.25]);
});

test("Overlap is intersection over union", () => {
  assert.equal(overlap([0, 0, 2, 2], [1, 1, 3, 3]), 1 / 7);
  assert.equal(overlap([0, 0, 2, 2], [2, 0, 4, 2]), 0);
  assert.equal(overlap([0, 0, 2, 2], [0, 0, 2, 2]), 1);
});

test("A place in the hollow of a polygon is outside", () => {
  const horseshoe = [[0, 0], [10, 0], [10, 10], [7, 10], [7, 3], [3, 3], [3, 10], [0, 10]];
  assert.equal(within([1, 8], horseshoe), true);
  assert.equal(within([5, 8], horseshoe), false);
  assert.equal(within([5, 1], horseshoe), true);
});

test("A drawn line keeps its corners and loses what lies between them", () => {
  const line = [[0, 0], [5, 0.4], [10, 0], [10.3, 5], [10, 10]];
  assert.deepEqual(simplified(line, 1), [[0, 0], [10, 0], [10, 10]]);
  assert.deepEqual(simplified(line, 0.1), line);
});

test("The box around places", () => assert.deepEqual(boxAround([[3, 4], [1, 9], [2, 2]]), [1, 2, 3, 9]));

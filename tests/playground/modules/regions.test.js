import assert from "node:assert/strict";
import { test } from "node:test";
import { covers, described, dragged, grown, handlesOf, inTheMiddle, moved, regionAt, Regions, withPoint } from "../assets.js";

const SIZE = { width: 100, height: 50 };

test("A region is moved no farther than the picture reaches, and keeps its form", () => {
  assert.deepEqual(moved({ box: [10, 10, 30, 20] }, 200, -50, SIZE), { box: [80, 0, 100, 10] });
  assert.deepEqual(moved({ polygon: [[0, 0], [10, 0], [5, 10]] }, 1, 45, SIZE), { polygon: [[1, 40], [11, 40], [6, 50]] });
  assert.deepEqual(moved({ points: [[5, 5]], labels: [1] }, -9, 2, SIZE), { points: [[0, 7]], labels: [1] });
});

test("A region grows from its upper left corner, and neither vanishes nor leaves the picture", () => {
  assert.deepEqual(grown({ box: [10, 10, 30, 20] }, 10, 5, SIZE, 2), { box: [10, 10, 40, 25] });
  assert.deepEqual(grown({ box: [10, 10, 30, 20] }, 500, -500, SIZE, 2), { box: [10, 10, 100, 12] });
  assert.deepEqual(grown({ points: [[5, 5]] }, 3, 3, SIZE, 2), { points: [[5, 5]] });
});

test("A handle drags its own sides, and a box turned inside out is a box again", () => {
  const region = { box: [10, 10, 30, 20] };
  assert.deepEqual(dragged(region, 4, [50, 40], SIZE), { box: [10, 10, 50, 40] });
  assert.deepEqual(dragged(region, 3, [50, 40], SIZE), { box: [10, 10, 50, 20] });
  assert.deepEqual(dragged(region, 0, [90, 45], SIZE), { box: [30, 20, 90, 45] });
  assert.deepEqual(dragged(region, 3, [10, 0], SIZE), region);
  assert.equal(handlesOf(region).length, 8);
  assert.deepEqual(dragged({ polygon: [[0, 0], [10, 0], [5, 10]] }, 2, [5, 60], SIZE), { polygon: [[0, 0], [10, 0], [5, 50]] });
});

test("Points have a label each as soon as one is not of the thing", () => {
  assert.deepEqual(withPoint({ points: [[1, 1]] }, [2, 2], 0), { points: [[1, 1], [2, 2]], labels: [1, 0] });
  assert.equal(described({ points: [[1, 1], [2, 2]] }), "2 points from 1, 1 to 2, 2");
});

test("What a place hits", () => {
  assert.equal(covers({ box: [0, 0, 5, 5] }, [4, 4], 0), true);
  assert.equal(covers({ box: [0, 0, 5, 5] }, [5, 4], 0), false);
  assert.equal(covers({ points: [[5, 5]] }, [7, 5], 2), true);
  assert.equal(regionAt([{ box: [0, 0, 5, 5] }, { box: [50, 10, 60, 20] }], [51, 10, 60, 20]), 1);
  assert.equal(regionAt([{ box: [0, 0, 5, 5] }], [0, 0, 50, 50]), -1);
});

test("What the keyboard puts into the middle lies in the picture", () => {
  for (const kind of ["box", "point", "polygon"]) assert.equal(covers(inTheMiddle(kind, SIZE), [50, 25], 1), true);
});

test("Regions are numbered by their order, and undo brings each state back", () => {
  const regions = new Regions(), removed = [];
  regions.most = 2;
  regions.addEventListener("remove", (event) => removed.push(event.detail));
  assert.equal(regions.add({ points: [[1, 1]] }), true);
  assert.equal(regions.add({ points: [[2, 2]] }), true);
  assert.equal(regions.chosen, 1);
  assert.equal(regions.add({ points: [[3, 3]] }), false);
  regions.remove(0);
  assert.deepEqual([regions.list, regions.chosen, removed], [[{ points: [[2, 2]] }], 0, [0]]);
  regions.mark();
  regions.replace(0, { points: [[4, 4]] }, false);
  regions.replace(0, { points: [[5, 5]] }, false);
  regions.undo();
  assert.deepEqual(regions.list, [{ points: [[2, 2]] }]);
  regions.undo();
  assert.equal(regions.length, 2);
  regions.forget();
  assert.equal(regions.undo(), false);
});

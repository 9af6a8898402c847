import assert from "node:assert/strict";
import { test } from "node:test";
import { compose, pack, renumbered, TASKS, unpack } from "../assets.js";

const BOX = { box: [1, 2, 3, 4] }, POINT = { points: [[5, 6], [7, 8]], labels: [1, 0] }, POLYGON = { polygon: [[0, 0], [9, 0], [4.25, 8]] };

test("Regions go with the tasks that take them, and only with those", () => {
  assert.deepEqual(compose("answer", " what is [1]? ", [BOX, POINT], 0), { question: { task: "answer", text: "what is [1]?", regions: [BOX, POINT] }, numbers: [0, 1] });
  assert.deepEqual(compose("caption", "ignored", [BOX], -1), { question: { task: "caption", regions: [BOX] }, numbers: [0] });
  for (const task of ["detect", "narrate"]) assert.deepEqual(compose(task, "ignored [7]", [BOX], 0), { question: { task, regions: [] }, numbers: [] });
  assert.deepEqual(compose("locate", "the cow", [BOX], 0), { question: { task: "locate", text: "the cow", regions: [] }, numbers: [] });
});

test("A shape is of what is described, or of the region that is chosen, named or alone", () => {
  assert.deepEqual(compose("segment", "the cow", [BOX], 0).question, { task: "segment", text: "the cow", regions: [] });
  assert.deepEqual(compose("segment", "", [BOX], -1), { question: { task: "segment", regions: [BOX] }, numbers: [0] });
  assert.deepEqual(compose("segment", "", [BOX, POINT], 1), { question: { task: "segment", regions: [POINT] }, numbers: [1] });
  assert.deepEqual(compose("segment", "[0]", [BOX, POINT], 1), { question: { task: "segment", regions: [BOX] }, numbers: [0] });
  assert.match(compose("segment", "", [BOX, POINT], -1).trouble, /Choose one/);
  assert.match(compose("segment", "", [], -1).trouble, /Draw a region/);
});

test("What is missing is said before the server is asked", () => {
  assert.match(compose("answer", "  ", [], -1).trouble, /Type a question/);
  assert.match(compose("answer", "what is [1]?", [BOX], -1).trouble, /no region \[1\]/);
  assert.match(compose("locate", "the one left of [0]", [BOX], -1).trouble, /without \[0\]/);
});

test("Every idea of every task can be asked with so many regions", () => {
  for (const [name, task] of Object.entries(TASKS)) {
    for (let count = 0; count <= 3; count++) {
      for (const idea of task.ideas(count)) assert.equal(compose(name, idea, Array(count).fill(BOX), -1).trouble, undefined, `${name}: ${idea}`);
    }
  }
});

test("Numbers in the text follow a region that is removed", () => {
  assert.equal(renumbered("is [2] bigger than [0]? [10]", 1), "is [1] bigger than [0]? [9]");
});

test("A question survives its link", () => {
  const question = { scene: "farm yard.png", task: "answer", text: "what are [0] & [1]; 100 %?", regions: [BOX, POINT, POLYGON] };
  assert.deepEqual(unpack(pack(question)), { ...question, image: undefined });
  assert.equal(unpack(pack({ image: "a".repeat(64), task: "detect", regions: [] })).image, "a".repeat(64));
});

test("What a link says wrong is left out", () => {
  assert.equal(unpack(""), null);
  assert.equal(unpack("#image=../secret"), null);
  assert.deepEqual(unpack("#scene=a.png&r=b1,2&r=x&r=g1,2;3,4&r=b1,2,3,NaN&r=p1,2,1").regions, [{ points: [[1, 2]], labels: [1] }]);
});

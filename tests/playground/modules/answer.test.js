import assert from "node:assert/strict";
import { test } from "node:test";
import { events, faster, milliseconds, paced, partsOf, Problem, stagesOf } from "../assets.js";

async function* pieces(...all) {
  yield* all;
}
const gather = async (parts) => { const all = []; for await (const part of parts) all.push(part); return all; };
const timing = (encodeMs, regionMs, decodeMs) => ({ queueMs: 1, encodeMs, regionMs, decodeMs, totalMs: 2 + encodeMs + regionMs + decodeMs });
const MISS = { features: "miss", prefix: "miss", answer: "miss" };

test("Events are read however the bytes are cut, and comments are no events", async () => {
  const text = "id: 0\r\nevent: word\r\ndata: {\"text\":\"a\"}\r\n\r\n: still here\n\nevent: done\ndata: {\"words\":\ndata: 1}\n\n";
  const whole = [{ event: "word", data: { text: "a" } }, { event: "done", data: { words: 1 } }];
  assert.deepEqual(await gather(events(pieces(text))), whole);
  assert.deepEqual(await gather(events(pieces(...text))), whole);
});

test("Words are let through in their order, and an end or a failure comes after them", async () => {
  const arrived = [], parts = ["a", "b", "c"].map((data) => ({ event: "word", data }));
  const never = new AbortController().signal;
  assert.deepEqual(await gather(paced(pieces(...parts, { event: "done", data: "d" }), 5, never, ({ data }) => arrived.push(data))), [...parts, { event: "done", data: "d" }]);
  assert.deepEqual(arrived, ["a", "b", "c", "d"]);
  const got = [];
  await assert.rejects(async () => {
    for await (const part of paced((async function* () { yield* parts; throw new Problem(503); })(), 1, never, () => {})) got.push(part);
  }, Problem);
  assert.deepEqual(got, parts);
});

test("A stopped answer gives no further word", async () => {
  const stop = new AbortController(), got = [];
  await assert.rejects(async () => {
    for await (const part of paced(pieces({ event: "word", data: 1 }, { event: "word", data: 2 }), 1, stop.signal, () => {})) { got.push(part); stop.abort(); }
  }, { name: "AbortError" });
  assert.equal(got.length, 1);
});

test("A reused stage shows what it took when it was computed last", () => {
  const first = { id: "1", reuse: MISS, timing: timing(24, 6, 3) };
  const second = { id: "2", reuse: { ...MISS, features: "hit", prefix: "hit" }, timing: timing(0, 0, 2) };
  assert.deepEqual(stagesOf(first, []).map(({ ms, reuse, saved }) => [ms, reuse, saved]), [[24, null, null], [6, null, null], [3, null, null]]);
  assert.deepEqual(stagesOf(second, [first]).map(({ ms, reuse, saved }) => [ms, reuse, saved]), [[0, "hit", 24], [0, "hit", 6], [2, null, null]]);
  assert.deepEqual(stagesOf(second, []).map(({ saved }) => saved), [null, null, null]);
});

test("A remembered answer saved the decoding of this very question", () => {
  const first = { id: "1", reuse: MISS, timing: timing(24, 6, 3) }, other = { id: "2", reuse: MISS, timing: timing(0, 0, 9) };
  const again = { id: "1", reuse: { features: "hit", prefix: "hit", answer: "hit" }, timing: timing(0, 0, 0) };
  assert.deepEqual(stagesOf(again, [first, other]).map(({ reuse, saved }) => [reuse, saved]), [["memo", 24], ["memo", 6], ["memo", 3]]);
});

test("The parts of a time add up to it", () => {
  const answer = { timing: timing(24, 6, 3) };
  assert.equal(Object.values(partsOf(answer)).reduce((sum, ms) => sum + ms), answer.timing.totalMs);
  // Clocks of stages may together exceed the whole by a hair.
  assert.equal(partsOf({ timing: { queueMs: 0, encodeMs: 5.01, regionMs: 0, decodeMs: 0, totalMs: 5 } }).other, 0);
});

test("Times for people", () => {
  assert.deepEqual([0.04, 9.94, 9.96, 123.4].map(milliseconds), ["0.0 ms", "9.9 ms", "10 ms", "123 ms"]);
  assert.deepEqual([faster(3, 30), faster(3, 9), faster(9, 10), faster(10, 3)], ["10× faster", "3.0× faster", "", ""]);
});

test("A problem says what happened and what to do", () => {
  const invalid = new Problem(400, { detail: "no", errors: { "regions[0].box": ["lies outside"], text: ["needs one"] } });
  assert.equal(invalid.message, "regions[0].box: lies outside. text: needs one.");
  const busy = new Problem(429, { detail: "The queue is full." }, 3);
  assert.deepEqual([busy.message, busy.advice, busy.passes], ["The queue is full.", "Try again in 3 s.", true]);
  const away = new Problem(0);
  assert.match(away.message, /does not answer/);
  assert.match(away.advice, /try again/i);
  assert.equal(new Problem(422, null).passes, false);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, drag, takeScene } from "../browser.js";
import { answerWith, eventStream, madeUp, onPage, questionsOf } from "./shared.js";

const COW = [[0.15, 0.4], [0.455, 0.75]];

test("All six tasks are offered and asked, each with what it takes", onPage({}, async (page) => {
  await takeScene(page, "farm.png");
  await drag(page, ...COW);
  const sent = questionsOf(page);
  const asked = { answer: "what is [0]?", caption: undefined, locate: "the dog", segment: "", detect: undefined, narrate: undefined };
  assert.deepEqual(await page.locator("#tasks input").evaluateAll((all) => all.map((input) => input.value)), Object.keys(asked));
  for (const [task, text] of Object.entries(asked)) await ask(page, { task, text });
  assert.deepEqual(sent.map(({ task, text, regions }) => [task, text, regions.length]),
    [["answer", "what is [0]?", 1], ["caption", undefined, 1], ["locate", "the dog", 0], ["segment", undefined, 1], ["detect", undefined, 0], ["narrate", undefined, 0]]);
  assert.deepEqual(await page.locator("#history-list .row").evaluateAll((all) => all.map((row) => row.classList.contains("answered"))), Array(6).fill(true));
}));

test("What is found is drawn with its name and listed, and pointing at it brings it out", onPage({}, async (page) => {
  await takeScene(page, "farm.png");
  await ask(page, { task: "detect" });
  const found = await page.locator(".found li").count();
  assert.ok(found >= 3);
  assert.equal(await page.locator(".finding").count(), found);
  const names = await page.locator(".found-name").allInnerTexts();
  assert.deepEqual(await page.locator(".finding .label text").evaluateAll((all) => all.map((text) => text.textContent)), names);
  await page.locator(".found li").nth(1).hover();
  assert.equal(await page.locator(".finding.pointed").getAttribute("data-index"), "1");
  assert.equal(await page.locator(".finding.faded").count(), found - 1);
}));

test("Labels stay inside the picture and do not cover one another", onPage({}, async (page) => {
  await takeScene(page, "farm.png");
  await ask(page, { task: "detect" });
  const frame = await page.locator("#frame").boundingBox();
  const labels = await Promise.all((await page.locator(".finding .label rect").all()).map((label) => label.boundingBox()));
  labels.forEach((a, i) => {
    assert.ok(a.x >= frame.x - 1 && a.y >= frame.y - 1 && a.x + a.width <= frame.x + frame.width + 1 && a.y + a.height <= frame.y + frame.height + 1);
    for (const b of labels.slice(i + 1)) {
      assert.ok(a.x + a.width <= b.x + 1 || b.x + b.width <= a.x + 1 || a.y + a.height <= b.y + 1 || b.y + b.height <= a.y + 1, "two labels overlap");
    }
  });
}));

test("A shape is cut out along its mask, in the colour of its region", onPage({}, async (page) => {
  await takeScene(page, "farm.png");
  await drag(page, ...COW);
  await ask(page, { task: "segment", text: "" });
  const mask = page.locator(".layer-masks path.mask"), box = await mask.boundingBox(), region = await page.locator('[data-region="0"] .line').boundingBox();
  assert.ok(Math.abs(box.x - region.x) < region.width / 2 && Math.abs(box.width - region.width) < region.width / 2, "the mask lies elsewhere");
  const colour = (selector) => page.locator(selector).evaluate((element) => getComputedStyle(element).getPropertyValue("--mine").trim());
  assert.equal(await colour("path.mask"), await colour(".chip"));
}));

test("What was found becomes a region to ask about", onPage({}, async (page) => {
  await takeScene(page, "farm.png");
  await ask(page, { task: "locate", text: "the dog" });
  await page.locator(".found button").first().click();
  assert.equal(await page.locator("#regions .chip").count(), 1);
  assert.equal(await page.locator("#tasks input:checked").inputValue(), "locate");
  assert.match(await page.locator("#text").inputValue(), /\[0\]/);
}));

test("What is hardly sure is shown as a guess", onPage({}, async (page) => {
  await takeScene(page, "farm.png");
  const region = { box: [100, 100, 200, 200], score: 0.1, text: null, mask: null };
  await answerWith(page, eventStream(["region", region], ["done", madeUp({ task: "locate", regions: [region] })]));
  await ask(page, { task: "locate", text: "the tiger" });
  assert.match(await page.locator("#answer").innerText(), /Probably not in the picture/);
  assert.equal(await page.locator(".finding.guess").count(), 1);
}));

test("Nothing found is said", onPage({}, async (page) => {
  await takeScene(page, "farm.png");
  await answerWith(page, eventStream(["done", madeUp({ task: "detect" })]));
  await ask(page, { task: "detect" });
  assert.match(await page.locator("#answer").innerText(), /Nothing found/);
}));

test("A rationale, a plausibility and an answer cut short are told", onPage({}, async (page) => {
  await takeScene(page, "farm.png");
  const word = { text: "milk", point: [10, 10], box: [1, 1, 60, 60], confidence: 0.9 };
  await answerWith(page, eventStream(["word", word], ["done", madeUp({ text: "milk", words: [word], rationale: "it is a cow", confidence: 0.71, finish: "length" })]));
  const said = await (await ask(page, { task: "answer", text: "what does it give?" })).innerText();
  assert.match(said, /because it is a cow/);
  assert.match(said, /71 % plausible/);
  assert.match(said, /as long as an answer may be/);
}));

test("What an answer says is text and never markup", onPage({}, async (page) => {
  await takeScene(page, "farm.png");
  const evil = "<img/src=x onerror=alert(1)>", word = { text: evil, point: [1, 1], box: [1, 1, 9, 9], confidence: 1 };
  await answerWith(page, eventStream(["word", word], ["done", madeUp({ text: evil, words: [word], rationale: evil })]));
  await ask(page, { task: "answer", text: evil });
  assert.equal(await page.locator("#answer img, #history img").count(), 0);
  assert.equal(await page.locator(".word").innerText(), evil);
}));

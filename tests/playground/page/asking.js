import assert from "node:assert/strict";
import { test } from "node:test";
import { answered, ask, drag, takeScene } from "../browser.js";
import { give, newPicture, onPage, questionsOf, truth } from "./shared.js";

/** Writes down, as they happen, the words that appear and the places that light up. */
const observe = (page) => page.evaluate(() => {
  const seen = (/** @type {any} */ (window).seen = []);
  const look = (records) => {
    const added = records.flatMap((record) => [...record.addedNodes]);
    const words = added.filter((node) => node.classList?.contains("word")).map((node) => node.textContent);
    const lights = added.filter((node) => node.classList?.contains("flash")).length;
    if (words.length || lights) seen.push({ words, lights });
  };
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
});

test("Words arrive one by one in their order, and each lights up its place", onPage({}, async (page) => {
  await give(page);
  await observe(page);
  const questions = questionsOf(page);
  await ask(page, { task: "narrate" });
  const { words: sent, text } = await truth(questions[0]);
  const seen = /** @type {any[]} */ (await page.evaluate("seen"));
  assert.ok(sent.length >= 3);
  assert.deepEqual(seen.flatMap(({ words }) => words), sent.map(({ text }) => text));
  assert.deepEqual(seen.map(({ words, lights }) => [words.length, lights]), sent.map(() => [1, 1]));
  assert.equal((await page.locator("#answer .words").innerText()).replace(/\s+/g, " "), text);
}));

test("A word that is pointed at, or focused, shows its place for as long", onPage({}, async (page) => {
  await takeScene(page, "farm.png");
  await page.waitForFunction(() => !document.querySelector(".light.flash"));
  const questions = questionsOf(page);
  await ask(page, { task: "narrate" });
  const { words } = await truth(questions[0]);
  const place = () => page.locator(".light.held rect").evaluateAll((all) => all.map((rect) => ["x", "y", "width", "height"].map((name) => Number(rect.getAttribute(name)))));
  const boxOf = ({ box: [x0, y0, x1, y1] }) => [x0, y0, x1 - x0, y1 - y0];

  await page.locator(".word").nth(1).hover();
  assert.deepEqual(await place(), [boxOf(words[1])]);
  assert.equal(await page.locator("path.shade").count(), 1);
  await page.locator("#history-title").hover();
  assert.deepEqual(await place(), []);
  await page.locator(".word").first().focus();
  assert.deepEqual(await place(), [boxOf(words[0])]);
  await page.keyboard.press("ArrowRight");
  assert.deepEqual(await place(), [boxOf(words[1])]);
  await page.keyboard.press("End");
  assert.deepEqual(await place(), [boxOf(words.at(-1))]);
  await page.locator("#text, #ask").last().focus();
  assert.deepEqual(await place(), []);
}));

test("The second question shows what it reused, and the third that it is remembered", onPage({}, async (page) => {
  await give(page, newPicture());
  await drag(page, [0.5, 0.7], [0.7, 0.95]);
  const steps = () => page.locator("#answer .step").evaluateAll((all) => all.map((one) => `${one.dataset.stage} ${one.dataset.reuse}`));
  const widths = () => page.locator("#answer .step .track i").evaluateAll((all) => all.map((bar) => parseFloat(bar.style.width)));

  await ask(page, { task: "answer", text: "what is [0]?" });
  assert.deepEqual(await steps(), ["encode miss", "region miss", "decode miss"]);
  await ask(page, { task: "answer", text: "what is [0] for?" });
  assert.deepEqual(await steps(), ["encode hit", "region hit", "decode miss"]);
  assert.match(await page.locator("#answer").innerText(), /reused/);
  // A reused stage shows what it took before: an outline that is as long as its bar was.
  assert.ok((await widths())[0] > 0 && (await widths())[1] > 0);
  await ask(page, { task: "answer", text: "what is [0] for?" });
  assert.deepEqual(await steps(), ["encode memo", "region memo", "decode memo"]);

  const rows = page.locator("#history-list .row");
  assert.deepEqual(await rows.locator(".row-number").allInnerTexts(), ["3", "2", "1"]);
  const parts = (row) => rows.nth(row).locator(".whole i").evaluateAll((all) => all.map((part) => part.className));
  assert.ok((await parts(2)).includes("encode") && (await parts(2)).includes("region"));
  assert.ok(!(await parts(1)).includes("encode") && !(await parts(1)).includes("region") && (await parts(1)).includes("decode"));
  assert.deepEqual(await parts(0), ["other"]);
  const total = (row) => rows.nth(row).locator(".whole i").evaluateAll((all) => all.reduce((sum, part) => sum + parseFloat(part.style.width), 0));
  assert.ok((await total(0)) < (await total(2)), "remembering is not shorter than answering");
}));

test("An earlier answer comes back with its regions when it is chosen", onPage({}, async (page) => {
  await takeScene(page, "farm.png");
  await drag(page, [0.15, 0.4], [0.455, 0.75]);
  const first = await (await ask(page, { task: "answer", text: "what is [0]?" })).locator(".words").innerText();
  await page.locator("#clear").click();
  await ask(page, { task: "detect" });
  assert.ok((await page.locator(".finding").count()) > 0);
  await page.locator("#history-list .row").last().click();
  assert.equal(await page.locator("#answer .words").innerText(), first);
  assert.equal(await page.locator(".finding").count(), 0);
  assert.equal(await page.locator("#regions .chip").count(), 1);
  assert.equal(await page.locator("#text").inputValue(), "what is [0]?");
}));

test("Another picture begins another history", onPage({}, async (page) => {
  await takeScene(page, "farm.png");
  await ask(page, { task: "detect" });
  await takeScene(page, "beach.jpg");
  assert.equal(await page.locator("#history").isVisible(), false);
  assert.equal(await page.locator("#answer").isVisible(), false);
  assert.equal(await page.locator(".finding").count(), 0);
}));

test("A suggested question brings its regions and is asked", onPage({}, async (page) => {
  await takeScene(page, "farm.png");
  const sent = questionsOf(page);
  await page.locator(".idea", { hasText: "compared to" }).click();
  await answered(page);
  assert.equal(sent[0].text, "where is [0] compared to [1]?");
  assert.equal(sent[0].regions.length, 2);
  assert.equal(await page.locator("#regions .chip").count(), 2);
}));

test("A link opens the same question", onPage({}, async (page) => {
  await takeScene(page, "farm.png");
  await drag(page, [0.15, 0.4], [0.455, 0.75]);
  const said = await (await ask(page, { task: "answer", text: "what is [0]?" })).locator(".words").innerText();
  const link = page.url();
  assert.match(link, /#scene=farm\.png&task=answer/);
  await page.goto("about:blank");
  await page.goto(link);
  await answered(page);
  assert.equal(await page.locator("#answer .words").innerText(), said);
  assert.equal(await page.locator("#regions .chip").count(), 1);
  assert.equal(await page.locator('#answer .step[data-reuse="memo"]').count(), 3);
}));

test("A picture of one's own is found again by its link", onPage({}, async (page) => {
  await give(page);
  await ask(page, { task: "detect" });
  const link = page.url();
  assert.match(link, /#image=[0-9a-f]{64}&task=detect/);
  await page.goto("about:blank");
  await page.goto(link);
  await answered(page);
  assert.equal(await page.locator("#photo").evaluate((photo) => /** @type {any} */ (photo).naturalWidth), 640);
}));

import assert from "node:assert/strict";
import { test } from "node:test";
import { answered, takeScene } from "../browser.js";
import { onPage, questionsOf } from "./shared.js";

const focused = (page) => page.evaluate(() => document.activeElement.id || document.activeElement.className);

/** Presses Tab until something has the focus. */
async function tabTo(page, selector) {
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
  }
  assert.fail(`Tab does not come to ${selector}; it is at ${await focused(page)}`);
}

test("From an empty page to an answer and its places with the keyboard alone", onPage({}, async (page) => {
  const sent = questionsOf(page);
  await tabTo(page, '[data-file="farm.png"]');
  await page.keyboard.press("Enter");
  await page.locator("#frame").waitFor();

  await page.keyboard.press("Shift+Tab");
  await tabTo(page, '[data-file="farm.png"]');
  for (let i = 0; i < 30 && (await focused(page)) !== "frame"; i++) await page.keyboard.press("Shift+Tab");
  assert.equal(await focused(page), "frame");
  await page.keyboard.press("Enter");
  for (const [key, times] of [["ArrowLeft", 5], ["ArrowDown", 3], ["Shift+ArrowRight", 2], ["Shift+ArrowUp", 1], ["Alt+ArrowLeft", 2]]) {
    for (let i = 0; i < times; i++) await page.keyboard.press(key);
  }
  assert.match(await page.locator("#spoken").textContent(), /^Region 0: box from \d+/);

  await page.keyboard.press("/");
  assert.equal(await focused(page), "text");
  await page.keyboard.type("what is [0]?");
  await page.keyboard.press("Enter");
  await answered(page);
  // 640 × 480: the middle box, five steps of 6 pixels to the left and two of one, three down, two wider, one lower.
  assert.deepEqual(sent[0].regions, [{ box: [224 - 32, 168 + 18, 416 - 32 + 12, 312 + 18 - 6] }]);
  assert.match(await page.locator("#spoken").textContent(), /^Answer: \w/);

  await tabTo(page, ".word");
  assert.equal(await page.locator(".light.held").count(), 1);
  await page.keyboard.press("End");
  assert.equal(await page.evaluate(() => document.activeElement.nextElementSibling), null);
}));

test("Each tool, each region and each task has its key", onPage({}, async (page) => {
  await takeScene(page, "farm.png");
  await page.locator("#frame").focus();
  for (const [key, tool, kind] of [["p", "point", "point"], ["g", "polygon", "polygon"], ["b", "box", "box"]]) {
    await page.keyboard.press(key);
    assert.equal(await page.locator("#tools input:checked").inputValue(), tool);
    await page.keyboard.press("Enter");
    assert.match(await page.locator(".chip.chosen").innerText(), new RegExp(kind));
  }
  await page.keyboard.press("1");
  assert.equal(await page.locator(".chip.chosen b").innerText(), "1");
  await page.keyboard.press("Delete");
  assert.equal(await page.locator("#regions .chip").count(), 2);
  await page.keyboard.press("Control+z");
  assert.equal(await page.locator("#regions .chip").count(), 3);
  await page.keyboard.press("v");
  assert.equal(await page.locator("#tools input:checked").inputValue(), "select");
  await page.keyboard.press("t");
  assert.equal(await page.locator("#tasks input:checked").inputValue(), "caption");
  await page.keyboard.press("Control+Enter");
  await answered(page);
}));

test("A chip moves its region, keeps the focus, and puts its number into the question", onPage({}, async (page) => {
  await takeScene(page, "farm.png");
  await page.locator("#add").click();
  await page.locator(".chip-main").focus();
  const before = await page.locator(".chip-main").getAttribute("aria-label");
  await page.keyboard.press("ArrowRight");
  assert.notEqual(await page.locator(".chip-main").getAttribute("aria-label"), before);
  assert.ok((await focused(page)).includes("chip-main"));
  await page.locator("#text").fill("what is");
  await page.locator(".chip-main").focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("#text").inputValue(), "what is [0]");
  assert.equal(await focused(page), "text");
}));

test("A letter typed into the question is a letter", onPage({}, async (page) => {
  await takeScene(page, "farm.png");
  await page.locator("#text").fill("");
  await page.locator("#text").pressSequentially("bgp/t?0");
  assert.equal(await page.locator("#text").inputValue(), "bgp/t?0");
  assert.equal(await page.locator("#tools input:checked").inputValue(), "box");
}));

test("The list of keys opens by its key and closes by Escape", onPage({}, async (page) => {
  await page.keyboard.press("?");
  await page.locator("#help[open]").waitFor();
  assert.ok((await page.locator("#keys kbd").count()) > 10);
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("#help[open]").count(), 0);
}));

test("Escape leaves off a polygon", onPage({}, async (page) => {
  await takeScene(page, "farm.png");
  await page.keyboard.press("g");
  const { x, y } = await page.locator("#drawing").boundingBox();
  for (const [dx, dy] of [[50, 50], [150, 50], [150, 150]]) await page.mouse.click(x + dx, y + dy);
  assert.equal(await page.locator("#finish").isVisible(), true);
  await page.keyboard.press("Escape");
  assert.equal(await page.locator(".region.draft").count(), 0);
  for (const [dx, dy] of [[50, 50], [150, 50], [150, 150]]) await page.mouse.click(x + dx, y + dy);
  await page.locator("#finish").click();
  assert.match(await page.locator(".chip").innerText(), /polygon/);
}));

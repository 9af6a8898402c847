import assert from "node:assert/strict";
import { test } from "node:test";
import { drag, onScreen, takeScene, tap } from "../browser.js";
import { onPage, questionsOf } from "./shared.js";

const tool = (page, name) => page.locator(`#tools input[value=${name}]`).check({ force: true });
const chips = (page) => page.locator("#regions .chip-main").allInnerTexts().then((all) => all.map((text) => text.replace(/\s+/g, " ")));

/** The regions as the server gets them. */
async function sent(page) {
  const questions = questionsOf(page);
  await page.locator("#tasks input[value=caption]").check({ force: true });
  await page.locator("#ask").click();
  await page.locator("#answer[data-state=answered], #answer[data-state=failed]").waitFor();
  assert.equal(await page.locator("#answer").getAttribute("data-state"), "answered");
  return questions[0].regions;
}

// Pixels of the screen and of the picture do not fall together.
const near = (actual, expected) => {
  assert.equal(actual.length, expected.length);
  actual.flat().forEach((value, i) => assert.ok(Math.abs(value - expected.flat()[i]) <= 2, `${JSON.stringify(actual)} is not near ${JSON.stringify(expected)}`));
};

test("Each kind of region is drawn with the mouse, numbered, and sent in the picture's pixels", onPage({}, async (page) => {
  await takeScene(page, "farm.png");
  await drag(page, [0.1, 0.4], [0.3, 0.6], [0.45, 0.75]);
  await tool(page, "point");
  await tap(page, 0.75, 0.5);
  await tool(page, "polygon");
  for (const corner of [[0.5, 0.7], [0.6, 0.75], [0.6, 0.9], [0.5, 0.95]]) await tap(page, ...corner);
  await tap(page, 0.5, 0.7);
  await drag(page, [0.8, 0.75], [0.95, 0.75], [0.95, 0.95], [0.8, 0.95], [0.8, 0.76]);

  assert.deepEqual(await chips(page), ["0 box", "1 point", "2 polygon", "3 polygon"]);
  const [box, point, corners, free] = await sent(page);
  near(box.box, [64, 192, 288, 360]);
  near(point.points, [[480, 240]]);
  near(corners.polygon, [[320, 336], [384, 360], [384, 432], [320, 456]]);
  assert.ok(free.polygon.length >= 4 && free.polygon.length < 20);
}));

test("A region has one colour: in the picture, on its chip, and in texts", onPage({}, async (page) => {
  await takeScene(page, "farm.png");
  await drag(page, [0.1, 0.4], [0.45, 0.75]);
  await drag(page, [0.56, 0.33], [0.92, 0.7]);
  await page.locator("#text").fill("what are [0] and [1]?");
  await page.locator("#ask").click();
  await page.locator("#answer[data-state=answered]").waitFor();
  for (const k of [0, 1]) {
    const colours = await page.evaluate((index) => [
      getComputedStyle(document.querySelector(`[data-badge="${index}"]`)).fill,
      getComputedStyle(document.querySelectorAll(".chip-main b")[index]).backgroundColor,
      getComputedStyle(document.querySelectorAll("#answer h2 .token")[index]).getPropertyValue("--mine"),
    ], k);
    assert.equal(colours[0], colours[1]);
    const resolved = await page.evaluate((colour) => {
      const probe = Object.assign(document.createElement("i"));
      probe.style.color = colour;
      return getComputedStyle(document.body.appendChild(probe)).color;
    }, colours[2]);
    assert.equal(resolved, colours[0]);
  }
}));

test("A region is moved by its number, resized by a handle, removed, and all of it undone", onPage({}, async (page) => {
  await takeScene(page, "farm.png");
  await drag(page, [0.2, 0.2], [0.4, 0.4]);
  await drag(page, [0.2, 0.2], [0.3, 0.5]);
  assert.deepEqual(await chips(page), ["0 box"]);
  const moved = (await page.locator('[data-region="0"] .line').boundingBox());
  const [left, top] = await onScreen(page, 0.3, 0.5);
  assert.ok(Math.abs(moved.x - left) < 3 && Math.abs(moved.y - top) < 3);

  await page.locator("#regions .chip-main").click();
  await drag(page, [0.5, 0.7], [0.7, 0.9]);
  near((await sent(page))[0].box, [192, 240, 448, 432]);
  await page.locator("#regions .chip-remove").click();
  assert.deepEqual(await chips(page), []);
  assert.equal(await page.locator("[data-region]").count(), 0);
  for (const step of ["removed", "resized", "moved"]) {
    await page.locator("#undo").click();
    assert.deepEqual(await chips(page), ["0 box"], step);
  }
  const back = await page.locator('[data-region="0"] .line').boundingBox(), [x, y] = await onScreen(page, 0.2, 0.2);
  assert.ok(Math.abs(back.x - x) < 3 && Math.abs(back.y - y) < 3);
}));

test("A tap chooses the smallest region under it, and numbers follow a removal into the question", onPage({}, async (page) => {
  await takeScene(page, "farm.png");
  await drag(page, [0.1, 0.1], [0.9, 0.9]);
  await drag(page, [0.4, 0.4], [0.6, 0.6]);
  await tap(page, 0.2, 0.2);
  assert.equal(await page.locator(".chip.chosen b").innerText(), "0");
  await tap(page, 0.5, 0.5);
  assert.equal(await page.locator(".chip.chosen b").innerText(), "1");
  await page.locator("#text").fill("is [1] a dog?");
  await page.locator("#regions .chip-remove").first().click();
  assert.equal(await page.locator("#text").inputValue(), "is [0] a dog?");
}));

test("A point gets further points of the thing and of what is not part of it", onPage({}, async (page) => {
  await takeScene(page, "farm.png");
  await tool(page, "point");
  await tap(page, 0.3, 0.5);
  await page.getByRole("button", { name: "+ point" }).click();
  await tap(page, 0.35, 0.6);
  await page.getByRole("button", { name: "− point" }).click();
  await tap(page, 0.8, 0.6);
  assert.deepEqual(await chips(page), ["0 point"]);
  const [region] = await sent(page);
  assert.deepEqual(region.labels, [1, 1, 0]);
  near(region.points, [[192, 240], [224, 288], [512, 288]]);
}));

test("One region more than the bundle takes is refused with a sentence", onPage({}, async (page) => {
  await takeScene(page, "farm.png");
  for (let i = 0; i < 9; i++) await drag(page, [0.05 + 0.1 * i, 0.1], [0.12 + 0.1 * i, 0.2]);
  assert.equal((await chips(page)).length, 8);
  assert.match(await page.locator("#notice").innerText(), /8 regions .*Remove one/s);
}));

test("A finger draws a box and sets a point", onPage({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }, async (page) => {
  await takeScene(page, "farm.png");
  const touch = await page.context().newCDPSession(page);
  const send = (type, ...at) => touch.send("Input.dispatchTouchEvent", { type, touchPoints: at.map(([x, y]) => ({ x, y })) });
  await send("touchStart", await onScreen(page, 0.15, 0.4));
  for (const part of [0.2, 0.3, 0.455]) await send("touchMove", await onScreen(page, part, 0.35 + part));
  await send("touchEnd");
  await tool(page, "point");
  await page.touchscreen.tap(...(await onScreen(page, 0.75, 0.5)));
  assert.deepEqual(await chips(page), ["0 box", "1 point"]);
}));

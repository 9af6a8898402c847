import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { ask, drag, takeScene } from "../browser.js";
import { give, newPicture, onPage, server } from "./shared.js";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What the accessibility checker finds, contrast included. */
async function violations(page) {
  await page.evaluate(AXE);
  const { violations: found } = await page.evaluate(() => /** @type {any} */ (window).axe.run());
  return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join(" | ")}`);
}

/** A page with everything on it: regions of each kind, words, findings, history. */
async function fill(page) {
  await takeScene(page, "farm.png");
  await drag(page, [0.15, 0.4], [0.455, 0.75]);
  for (const tool of ["point", "polygon"]) {
    await page.locator(`#tools input[value=${tool}]`).check({ force: true });
    await page.locator("#add").click();
  }
  await ask(page, { task: "answer", text: "what is [0]?" });
  await ask(page, { task: "narrate" });
  await ask(page, { task: "detect" });
  await page.waitForFunction(() => document.getAnimations().every((one) => one.playState !== "running" || one.effect.getTiming().iterations === Infinity));
}

for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
  test(`In ${colorScheme} colours nothing is hard to read or to reach`, onPage({ colorScheme }, async (page) => {
    assert.deepEqual(await violations(page), []);
    await fill(page);
    assert.deepEqual(await violations(page), []);
    await page.locator("#history-list .row").nth(1).click();
    await page.locator("#status summary").click();
    assert.deepEqual(await violations(page), []);
    await page.locator("#help-open").click();
    assert.deepEqual(await violations(page), []);
    const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number).reduce((a, b) => a + b));
    assert.ok(colorScheme === "dark" ? ground < 150 : ground > 600, `the ground is ${ground} of 765`);
  }));
}

for (const width of [360, 390, 768, 1280, 1920]) {
  test(`At a width of ${width} pixels nothing sticks out and everything can be reached`, onPage({ viewport: { width, height: 800 }, hasTouch: width < 500, isMobile: width < 500 }, async (page) => {
    const wide = () => page.evaluate(() => Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - document.documentElement.clientWidth);
    assert.equal(await wide(), 0);
    await fill(page);
    assert.equal(await wide(), 0);
    for (const selector of ["#tasks label", "#ask", "#tools label", "#clear", "#help-open", "#status summary"]) {
      for (const control of await page.locator(selector).all()) {
        const { x, width: own } = await control.boundingBox();
        assert.ok(x >= 0 && x + own <= width, `${selector} sticks out`);
      }
    }
    await page.locator("#help-open").click();
    assert.equal(await wide(), 0);
  }));
}

test("On a phone the picture stays in view beside its answer", onPage({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }, async (page) => {
  await takeScene(page, "farm.png");
  await ask(page, { task: "narrate" });
  const picture = await page.locator("#frame").boundingBox(), words = await page.locator("#answer .words").boundingBox();
  assert.ok(picture.y >= -1 && picture.y + picture.height < words.y, "the picture is not above the answer");
  assert.ok(words.y + words.height <= 844, "the answer is below the screen");
}));

test("Nothing moves for those who want no motion, and words are not held back", onPage({ reducedMotion: "reduce" }, async (page) => {
  await takeScene(page, "farm.png");
  await ask(page, { task: "narrate" });
  assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
  assert.equal(await page.locator(".light.flash").count(), 1);
}));

test("A picture that was taken sideways is shown and asked about upright", onPage({}, async (page) => {
  // EXIF orientation 6: the camera was turned; stored 640 × 360, to be seen as 360 × 640.
  const { buffer, ...file } = newPicture();
  const exif = Buffer.from("457869660000" + "4d4d002a00000008" + "0001" + "0112000300000001" + "00060000" + "00000000", "hex");
  const segment = Buffer.concat([Buffer.from([0xff, 0xe1, 0, exif.length + 2]), exif]);
  await give(page, { ...file, buffer: Buffer.concat([buffer.subarray(0, 2), segment, buffer.subarray(2)]) });
  assert.equal(await page.locator("#drawing").getAttribute("viewBox"), "0 0 360 640");
  assert.deepEqual(await page.locator("#photo").evaluate((photo) => [/** @type {any} */ (photo).naturalWidth, /** @type {any} */ (photo).naturalHeight]), [360, 640]);
  const { width, height } = await page.locator("#frame").boundingBox();
  assert.ok(Math.abs(width / height - 360 / 640) < 0.01);
}));

test("The page is allowed to load nothing from elsewhere", async () => {
  const policy = (await fetch(`${server.url}/`)).headers.get("Content-Security-Policy");
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /connect-src 'self'/);
  assert.doesNotMatch(policy, /https?:|unsafe|\*/);
  const html = await (await fetch(`${server.url}/`)).text();
  assert.doesNotMatch(html, /(src|href)="(https?:)?\/\//);
});

test("What a browser has already is not sent again", async () => {
  const first = await fetch(`${server.url}/playground/app.js`), etag = first.headers.get("ETag");
  assert.equal(first.status, 200);
  assert.equal((await fetch(`${server.url}/playground/app.js`, { headers: { "If-None-Match": etag } })).status, 304);
});

test("The state of the cluster is shown small, and more of it on demand", onPage({}, async (page) => {
  assert.match(await page.locator("#status-line").innerText(), /^scenes-mini on cpu · 1 silo$/);
  await page.locator("#status summary").click();
  assert.match(await page.locator("#status-more").innerText(), /active[\s\S]*queue \d+ ms[\s\S]*of \d+ MB/);
}));

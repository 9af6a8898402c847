// A real Chromium, and a page of it that watches for what must not happen.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const PROGRAMS = [process.env.LOUPE_CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Starts the browser; it talks to nobody of its own accord. */
export const startBrowser = () => chromium.launch({
  executablePath: PROGRAMS.find((program) => program && existsSync(program)),
  args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps",
    "--no-first-run", "--disable-domain-reliability", "--disable-client-side-phishing-detection", "--disable-dev-shm-usage", "--disable-gpu"],
});

/**
 * Opens the playground in a context of its own.
 * @param {import("playwright-core").Browser} browser
 * @param {string} url of the server
 * @param {import("playwright-core").BrowserContextOptions & {path?: string, ready?: boolean}} [options]
 *   `ready`: whether to wait until the bundle's name is shown
 */
export async function openPage(browser, url, { path = "/", ready = true, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage(), watched = watch(page, url);
  await page.goto(url + path);
  if (ready) await page.locator("#status[data-state=good]").waitFor();
  return { page, watched, close: () => context.close() };
}

function watch(page, url) {
  const errors = [], foreign = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && errors.push(message.text()));
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== new URL(url).origin && !["blob:", "data:"].includes(protocol)) foreign.push(request.url());
  });
  return {
    errors,
    /** Nothing went wrong that the page did not speak of, and nobody else was asked. */
    assertClean(expected = /^$/) {
      assert.deepEqual(foreign, [], "requests to other hosts");
      assert.deepEqual(errors.filter((error) => !expected.test(error)), [], "console errors");
    },
  };
}

/** Takes a demo scene by its file name and waits until it is shown. */
export async function takeScene(page, file) {
  await page.locator(`#scenes [data-file="${file}"]`).click();
  await page.locator(`#scenes [data-file="${file}"][aria-pressed=true]`).waitFor();
  await page.locator("#frame").waitFor();
}

/** Where on the screen a place of the picture is; the place in parts of width and height. */
export async function onScreen(page, x, y) {
  const { x: left, y: top, width, height } = await page.locator("#drawing").boundingBox();
  return [left + x * width, top + y * height];
}

/** Presses, moves over places of the picture (in parts of it), and lets go. */
export async function drag(page, ...places) {
  const [first, ...rest] = await Promise.all(places.map(([x, y]) => onScreen(page, x, y)));
  await page.mouse.move(...first);
  await page.mouse.down();
  for (const place of rest) await page.mouse.move(...place, { steps: 4 });
  await page.mouse.up();
}

/** Clicks on a place of the picture (in parts of it). */
export async function tap(page, x, y) {
  await page.mouse.click(...(await onScreen(page, x, y)));
}

/** Asks, and waits until the answer is all there. */
export async function ask(page, { task, text } = {}) {
  // Wherever the page is scrolled to: not a click at a place.
  if (task) await page.locator(`#tasks input[value=${task}]`).evaluate((input) => input.click());
  if (text !== undefined) await page.locator("#text").fill(text);
  await page.locator("#ask").click();
  return answered(page);
}

/** Waits until the answer on show is all there. */
export async function answered(page) {
  await page.locator("#answer[data-state=answered]").waitFor();
  return page.locator("#answer");
}

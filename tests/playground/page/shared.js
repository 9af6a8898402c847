// One server and one browser for all tests of the page.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before } from "node:test";
import { openPage, startBrowser } from "../browser.js";
import { DEMO, startServer } from "../server.js";

/** @type {Awaited<ReturnType<typeof startServer>>} */ export let server;
/** @type {import("playwright-core").Browser} */ export let browser;

before(async () => {
  server = await startServer();
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

/**
 * Runs a test on a page of its own, and looks afterwards whether anything went wrong unseen.
 * @param {Parameters<typeof openPage>[2] & {expected?: RegExp, url?: string}} options `expected`: console errors that belong to the test
 * @param {(page: import("playwright-core").Page) => Promise<void>} test
 */
export const onPage = ({ expected, url, ...options }, test) => async () => {
  const { page, watched, close } = await openPage(browser, url ?? server.url, options);
  try {
    await test(page);
    watched.assertClean(expected);
  } finally {
    await close();
  }
};

let made = 0;

/** A demo picture that this server has never seen: with a comment of its own among its bytes. */
export function newPicture(name = "beach.jpg") {
  const bytes = readFileSync(join(DEMO, name)), comment = Buffer.from(`number ${made++} of process ${process.pid} at ${Date.now()}`);
  const segment = Buffer.concat([Buffer.from([0xff, 0xfe, 0, comment.length + 2]), comment]);
  return { name, mimeType: "image/jpeg", buffer: Buffer.concat([bytes.subarray(0, 2), segment, bytes.subarray(2)]) };
}

/** Gives the page a picture of one's own and waits until it is shown. */
export async function give(page, file = newPicture()) {
  await page.setInputFiles("#file", file);
  await page.locator("#frame").waitFor();
}

/** The questions that the page sends from now on, as they were sent. */
export function questionsOf(page) {
  const sent = [];
  page.on("request", (request) => request.url().endsWith("/v1/questions") && sent.push(request.postDataJSON()));
  return sent;
}

/** The server's answer to a question that a page sent: it is the same for everybody who asks. */
export async function truth(question) {
  const response = await fetch(`${server.url}/v1/questions`, { method: "POST", body: JSON.stringify(question), headers: { "Content-Type": "application/json" } });
  return response.json();
}

/** Lets the page's next questions be answered by a body that is made up here. */
export const answerWith = (page, response) => page.route("**/v1/questions", (route) => route.fulfill(response));

/** A whole answer of the server's form, with parts replaced. */
export const madeUp = (parts) => ({
  id: "0".repeat(64), image: "1".repeat(64), task: "answer", text: "", rationale: null, words: [], regions: [],
  reuse: { features: "miss", prefix: "miss", answer: "miss" },
  timing: { queueMs: 1, encodeMs: 20, regionMs: 5, decodeMs: 3, totalMs: 30 },
  model: { name: "made-up", digest: "2".repeat(64) }, finish: "stop", confidence: null, ...parts,
});

/** Events as the server writes them. */
export const eventStream = (...events) => ({
  contentType: "text/event-stream",
  body: events.map(([event, data]) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`).join(""),
});

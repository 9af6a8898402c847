import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { answered, ask, openPage, takeScene } from "../browser.js";
import { startServer } from "../server.js";
import { answerWith, browser, eventStream, give, newPicture, onPage, questionsOf, server } from "./shared.js";

// Chromium itself writes refused requests to the console.
const REFUSED = /Failed to load resource/;
const failed = async (page) => {
  await page.locator("#answer[data-state=failed]").waitFor();
  return page.locator("#answer .trouble").innerText();
};

test("A picture that is none is refused with a sentence, and the one before stays", onPage({ expected: REFUSED }, async (page) => {
  await takeScene(page, "farm.png");
  await page.setInputFiles("#file", { name: "holiday.png", mimeType: "image/png", buffer: Buffer.from("no picture at all") });
  assert.match(await page.locator(".notice").innerText(), /picture|image/i);
  assert.match(await page.locator(".notice").innerText(), /PNG, JPEG and WebP work/);
  await page.setInputFiles("#file", { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("milk, eggs") });
  assert.match(await page.locator(".notice", { hasText: "notes.txt" }).innerText(), /not a picture/);
  await page.getByRole("button", { name: "Dismiss" }).click();
  assert.equal(await page.locator(".notice").count(), 0);
  await ask(page, { task: "detect" });
}));

test("A picture in another form that the browser reads is given as PNG", onPage({}, async (page) => {
  const gif = Buffer.from("R0lGODdhAQABAIAAAP8AAP8AACwAAAAAAQABAAACAkQBADs=", "base64");
  const upload = page.waitForRequest("**/v1/images");
  await page.setInputFiles("#file", { name: "dot.gif", mimeType: "image/gif", buffer: gif });
  assert.equal((await upload).headers()["content-type"], "image/png");
  await page.locator("#frame").waitFor();
}));

test("A picture is taken by drop and by paste", onPage({}, async (page) => {
  const { buffer, name, mimeType } = newPicture();
  const put = (kind) => page.evaluate(([how, base64, file, type]) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], file, { type }));
    if (how === "drop") document.querySelector("#stage").dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: transfer }));
    else dispatchEvent(new ClipboardEvent("paste", { clipboardData: transfer }));
  }, [kind, buffer.toString("base64"), name, mimeType]);
  for (const kind of ["drop", "paste"]) {
    const upload = page.waitForResponse("**/v1/images");
    await put(kind);
    assert.ok((await upload).ok());
    await page.locator("#frame").waitFor();
  }
}));

test("What is missing is said, and nothing is sent", onPage({}, async (page) => {
  await takeScene(page, "farm.png");
  const sent = questionsOf(page);
  await page.locator("#text").fill("what is [0]?");
  await page.locator("#ask").click();
  assert.match(await page.locator("#trouble").innerText(), /no region \[0\] yet: draw it/);
  assert.equal(await page.locator("#text").getAttribute("aria-invalid"), "true");
  await page.locator("#text").fill("");
  await page.locator("#ask").click();
  assert.match(await page.locator("#trouble").innerText(), /Type a question/);
  assert.deepEqual(sent, []);
}));

test("A server that has too much to do is told of with how long to wait, and asked again by a button", onPage({ expected: REFUSED }, async (page) => {
  await takeScene(page, "farm.png");
  await answerWith(page, { status: 429, headers: { "Retry-After": "3" }, contentType: "application/problem+json", body: JSON.stringify({ title: "There is too much to do.", detail: "The queue is 12 s long." }) });
  await page.locator("#text").fill("where is this?");
  await page.locator("#ask").click();
  assert.match(await failed(page), /The queue is 12 s long\.\s+Try again in 3 s\./);
  await page.unroute("**/v1/questions");
  await page.locator("#answer").getByRole("button", { name: "Try again" }).click();
  await answered(page);
}));

test("What the server refuses is said field by field, in its own words", onPage({ expected: REFUSED }, async (page) => {
  await takeScene(page, "farm.png");
  // The real server's refusal: a text that is longer than it reads.
  await page.locator("#text").evaluate((input) => input.removeAttribute("maxlength"));
  await page.locator("#text").fill("what ".repeat(2000));
  await page.locator("#ask").click();
  assert.match(await failed(page), /text: has 9999 characters/);
}));

test("A connection that breaks off in an answer keeps the words that came", onPage({}, async (page) => {
  await takeScene(page, "farm.png");
  await answerWith(page, eventStream(["word", { text: "half", point: [1, 1], box: [1, 1, 9, 9], confidence: 1 }]));
  await page.locator("#text").fill("where is this?");
  await page.locator("#ask").click();
  assert.match(await failed(page), /broke off/);
  assert.equal(await page.locator(".word").innerText(), "half");
}));

test("An error in the middle of an answer is shown", onPage({}, async (page) => {
  await takeScene(page, "farm.png");
  await answerWith(page, eventStream(["error", { status: 504, detail: "The deadline passed before there was an answer." }]));
  await page.locator("#text").fill("where is this?");
  await page.locator("#ask").click();
  assert.match(await failed(page), /deadline passed/);
}));

test("An answer that does not come can be stopped", onPage({ expected: REFUSED }, async (page) => {
  await takeScene(page, "farm.png");
  await page.route("**/v1/questions", () => {});
  await page.locator("#text").fill("where is this?");
  await page.locator("#ask").click();
  await page.locator("#ask", { hasText: "Stop" }).click();
  await page.locator("#answer[data-state=stopped]").waitFor();
  assert.equal(await page.locator("#ask").innerText(), "Ask");
}));

test("A picture that the server has forgotten is given to it again unasked", onPage({ expected: REFUSED }, async (page) => {
  await give(page);
  await ask(page, { task: "detect" });
  const image = new URLSearchParams(new URL(page.url()).hash.slice(1)).get("image");
  assert.equal((await fetch(`${server.url}/v1/images/${image}`, { method: "DELETE" })).status, 204);
  await ask(page, { task: "narrate" });
  assert.ok((await page.locator(".word").count()) > 0);
}));

test("A server that is gone is told of, and nothing else breaks", async () => {
  const other = await startServer();
  const { page, close } = await openPage(browser, other.url);
  try {
    await takeScene(page, "farm.png");
    await other.stop();
    await page.locator("#text").fill("where is this?");
    await page.locator("#ask").click();
    assert.match(await failed(page), /does not answer\.\s+Check that it is still running/);
    await page.locator("#status[data-state=away]").waitFor();
    await page.locator('#scenes [data-file="beach.jpg"]').click();
    assert.match(await page.locator(".notice").innerText(), /does not answer/);
  } finally {
    await close();
    await other.stop();
  }
});

test("A server that wants a key is given one, and a wrong one is asked for again", async () => {
  const sha256 = createHash("sha256").update("open sesame").digest("hex");
  const locked = await startServer(["--Auth:Keys:0:Tenant", "ann", "--Auth:Keys:0:Sha256", sha256]);
  const { page, watched, close } = await openPage(browser, locked.url, { ready: false });
  try {
    await page.locator("#login[open]").waitFor();
    await page.locator("#key").fill("open barley");
    await page.getByRole("button", { name: "Use it" }).click();
    await page.locator("#login[open] #key").waitFor();
    await page.waitForFunction(() => /** @type {any} */ (document.querySelector("#key")).value === "");
    await page.locator("#key").fill("open sesame");
    await page.getByRole("button", { name: "Use it" }).click();
    await page.locator("#status[data-state=good]").waitFor();
    await takeScene(page, "farm.png");
    await ask(page, { task: "detect" });
    watched.assertClean(REFUSED);
  } finally {
    await close();
    await locked.stop();
  }
});

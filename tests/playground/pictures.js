// Makes the pictures of the README anew: `npm run pictures` (see docs/adr/0010-playground-without-a-build.md).

import { answered, drag, openPage, startBrowser, takeScene } from "./browser.js";
import { startServer } from "./server.js";

const TO = process.argv[2] ?? new URL("../../docs/pictures/", import.meta.url).pathname;
const server = process.env.LOUPE_SERVER ? { url: process.env.LOUPE_SERVER, stop() {} } : await startServer();
const browser = await startBrowser();

/** A few questions on a scene, the last of which is on show. */
async function converse(page) {
  await takeScene(page, "farm.png");
  const say = async (task, text) => {
    await page.locator(`#tasks input[value=${task}]`).check({ force: true });
    if (text) await page.locator("#text").fill(text);
    await page.locator("#ask").click();
    await answered(page);
  };
  await drag(page, [0.15, 0.4], [0.455, 0.75]);
  await say("answer", "what is [0]?");
  await drag(page, [0.565, 0.335], [0.915, 0.71]);
  await say("answer", "which one can drive, [0] or [1]?");
  await page.locator("#tools input[value=polygon]").check({ force: true });
  await drag(page, [0.44, 0.83], [0.47, 0.72], [0.53, 0.70], [0.6, 0.73], [0.6, 0.86], [0.55, 0.935], [0.47, 0.93], [0.44, 0.84]);
  await page.locator("#tools input[value=point]").check({ force: true });
  const box = await page.locator("#drawing").boundingBox();
  await page.mouse.click(box.x + 0.88 * box.width, box.y + 0.84 * box.height);
  await say("answer", "what are [0] and [2]?");
  await say("narrate");
}

try {
  const desktop = await openPage(browser, server.url, { viewport: { width: 1280, height: 800 }, colorScheme: "light" });
  await converse(desktop.page);
  await desktop.page.waitForTimeout(1200);
  await desktop.page.locator("#answer .word", { hasText: /^(cow|tractor|dog)$/ }).first().hover();
  await desktop.page.waitForTimeout(300);
  await desktop.page.screenshot({ path: `${TO}/playground-desktop.png` });
  await desktop.close();

  const phone = await openPage(browser, server.url, { viewport: { width: 390, height: 844 }, colorScheme: "dark", hasTouch: true, isMobile: true });
  await converse(phone.page);
  await phone.page.evaluate(() => document.querySelector("#stage").scrollIntoView());
  await phone.page.waitForTimeout(1200);
  await phone.page.screenshot({ path: `${TO}/playground-phone.png` });
  await phone.close();
} finally {
  await browser.close();
  await server.stop();
}

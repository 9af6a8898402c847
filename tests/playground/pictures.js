// Makes the pictures of the README anew: `npm run pictures` (see docs/adr/0010-playground-without-a-build.md).

import { answered, ask, drag, openPage, startBrowser, takeScene, tap } from "./browser.js";
import { startServer } from "./server.js";

const TO = process.argv[2] ?? new URL("../../docs/pictures/", import.meta.url).pathname;
const server = process.env.LOUPE_SERVER ? { url: process.env.LOUPE_SERVER, stop() {} } : await startServer();
const browser = await startBrowser();

/** What a server does only once is no part of the picture: times of a first request ever. */
async function warm() {
  const { page, close } = await openPage(browser, server.url);
  await takeScene(page, "sea.jpg");
  for (const task of ["narrate", "detect", "caption"]) await ask(page, { task });
  await close();
}

try {
  await warm();
  const desktop = await openPage(browser, server.url, { viewport: { width: 1280, height: 800 }, colorScheme: "light" });
  await takeScene(desktop.page, "farm.png");
  await drag(desktop.page, [0.15, 0.4], [0.455, 0.75]);
  await ask(desktop.page, { task: "answer", text: "what is [0]?" });
  await drag(desktop.page, [0.565, 0.335], [0.915, 0.71]);
  await ask(desktop.page, { task: "answer", text: "which one can drive, [0] or [1]?" });
  await desktop.page.locator("#tools input[value=polygon]").check({ force: true });
  await drag(desktop.page, [0.44, 0.83], [0.47, 0.72], [0.53, 0.7], [0.6, 0.73], [0.6, 0.86], [0.55, 0.935], [0.47, 0.93], [0.44, 0.84]);
  await desktop.page.locator("#tools input[value=point]").check({ force: true });
  await tap(desktop.page, 0.88, 0.84);
  await ask(desktop.page, { task: "answer", text: "what are [0] and [2]?" });
  await ask(desktop.page, { task: "narrate" });
  await desktop.page.waitForTimeout(1200);
  await desktop.page.locator("#answer .word", { hasText: /^(cow|tractor|dog)$/ }).first().hover();
  await desktop.page.waitForTimeout(300);
  await desktop.page.screenshot({ path: `${TO}/playground-desktop.png` });
  await desktop.close();

  const phone = await openPage(browser, server.url, { viewport: { width: 390, height: 844 }, colorScheme: "dark", hasTouch: true, isMobile: true });
  await takeScene(phone.page, "street.png");
  for (const idea of [1, 0]) {
    await phone.page.locator(".idea", { hasText: "[0]" }).nth(idea).click();
    await answered(phone.page);
  }
  await phone.page.locator("#history-list .row").last().click();
  await ask(phone.page, { task: "narrate" });
  await phone.page.waitForTimeout(1200);
  await phone.page.screenshot({ path: `${TO}/playground-phone.png` });
  await phone.close();
} finally {
  await browser.close();
  await server.stop();
}

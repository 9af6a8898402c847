// The page put together: who tells whom.

import { Card } from "./answer/card.js";
import { Entry } from "./answer/entry.js";
import { paced } from "./answer/pace.js";
import { History } from "./history/history.js";
import { $ } from "./page/element.js";
import { pack, unpack } from "./page/permalink.js";
import { clearNotice, notice, say } from "./page/say.js";
import { listenForKeys } from "./page/shortcuts.js";
import { Findings } from "./picture/findings.js";
import { Lights } from "./picture/lights.js";
import { showOutlines } from "./picture/outlines.js";
import { Picture } from "./picture/picture.js";
import { Composer } from "./question/composer.js";
import { showChips } from "./regions/chips.js";
import { Regions } from "./regions/regions.js";
import { Tools } from "./regions/tools.js";
import { askForKey } from "./server/key.js";
import { Status } from "./server/status.js";
import { Intake } from "./source/intake.js";
import { nameOf, questionsOf, Scenes } from "./source/scenes.js";
import * as subjects from "./source/subject.js";

/** Between words, so that an eye can follow their places. */
const GAP_MS = matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 90;

const picture = new Picture(), regions = new Regions(), composer = new Composer(regions), status = new Status();
const findings = new Findings(picture), history = new History(), card = new Card(new Lights(picture), findings, history);
const scenes = new Scenes(), intake = new Intake(), tools = new Tools(picture, regions);
/** @type {import("./source/subject.js").Subject|null} */ let subject = null;
let running = new AbortController();

showOutlines(picture, regions);
showChips($("regions"), regions, { size: () => picture.size, insert: (k) => composer.insert(k), addPoint: (label) => tools.addPoint(label) });

regions.addEventListener("full", () => notice({ title: `${regions.most} regions are as many as a question may have.`, advice: "Remove one to draw another." }));
intake.addEventListener("picture", (/** @type {any} */ { detail: file }) => take(() => subjects.stored(file), file.name || "your picture"));
scenes.addEventListener("scene", (/** @type {any} */ { detail: scene }) => takeScene(scene));
composer.addEventListener("ask", (/** @type {any} */ { detail: { question, numbers } }) => ask(question, numbers));
composer.addEventListener("stop", () => running.abort());
history.addEventListener("choose", (/** @type {any} */ { detail: entry }) => { refill(entry); card.show(entry); });
card.addEventListener("keep", (/** @type {any} */ { detail: box }) => { if (regions.add({ box })) composer.insert(regions.chosen); });
card.addEventListener("again", (/** @type {any} */ { detail: entry }) => { refill(entry); ask(entry.question, entry.numbers); });
card.addEventListener("link", (/** @type {any} */ { detail: entry }) => copyLink(entry));
status.addEventListener("locked", () => unlock(start));
status.addEventListener("bundle", () => {
  regions.most = status.bundle.maxRegions;
  composer.offer(status.bundle.tasks);
  $("knows").textContent = status.bundle.description ? `${status.bundle.name}: ${status.bundle.description}` : "";
});
addEventListener("hashchange", () => follow());

listenForKeys({
  ...tools.keys,
  "/": () => composer.text.focus(),
  t: () => composer.nextTask(),
  "ctrl+enter": () => composer.ask(),
  "ctrl+z": () => regions.undo(),
  escape: () => (tools.isDrawing ? tools.cancel() : running.abort()),
  "?": () => $("help").showModal(),
});
$("help-open").addEventListener("click", () => $("help").showModal());

/** Shows a picture as soon as the server has it. */
async function take(get, name) {
  running.abort();
  clearNotice();
  $("stage").classList.add("loading");
  try {
    subject = await get();
  } catch (problem) {
    return trouble(problem, () => take(get, name));
  } finally {
    $("stage").classList.remove("loading");
  }
  $("empty").hidden = true;
  picture.show(subject.blob, subject, `Picture: ${name}`);
  regions.forget();
  history.clear();
  card.show(null);
  tools.ready = composer.ready = true;
  scenes.mark(subject.scene);
  composer.suggest(subject.scene ? questionsOf(scenes.named(subject.scene)) : []);
  say(`${name} is loaded, ${subject.width} by ${subject.height} pixels.`);
  return true;
}

const takeScene = (scene) => take(() => subjects.ofScene(scene), `the scene ${nameOf(scene)}`);

async function ask(question, numbers) {
  if (!subject) return;
  running.abort();
  const mine = (running = new AbortController()), entry = new Entry(history.entries.length + 1, question, numbers, regions.list);
  history.add(entry);
  card.show(entry);
  $("answer").scrollIntoView({ block: "nearest" });
  composer.running = true;
  const began = performance.now(), since = () => performance.now() - began;
  const arrived = ({ event }) => { if (event === "done") entry.seen.all = since(); else entry.seen.first ??= since(); };
  try {
    for await (const { event, data } of paced(subjects.ask(subject, question, mine.signal), GAP_MS, mine.signal, arrived)) {
      if (event === "word") entry.word(data);
      else if (event === "region") entry.region(data);
      else if (event === "done") entry.done(data);
    }
    window.history.replaceState(null, "", linkTo(entry));
  } catch (problem) {
    entry.fail(problem);
    if (problem.status === 401) unlock(() => ask(question, numbers));
  } finally {
    if (running === mine) composer.running = false;
    status.refresh();
  }
}

// The page's regions are those of the entry on show, so that numbers and colours are right.
function refill({ question, drawn }) {
  composer.fill({ ...question, regions: drawn });
}

const linkTo = ({ question }) => pack({ scene: subject.scene, image: subject.id, ...question });

async function copyLink(entry) {
  const link = new URL(linkTo(entry), location.href).href;
  try {
    await navigator.clipboard.writeText(link);
    notice({ title: "The link is copied.", advice: subject.scene ? "" : "It works as long as this server keeps the picture." });
  } catch {
    window.history.replaceState(null, "", linkTo(entry));
    notice({ title: "The browser does not let the page copy.", advice: "The link is in the address bar now." });
  }
}

/** Opens what the address names, and asks it. */
async function follow() {
  const linked = unpack(location.hash);
  if (!linked) return;
  const scene = scenes.named(linked.scene);
  if (!scene && !linked.image) return notice({ title: `This bundle has no scene “${linked.scene}”.`, advice: "Choose one below, or load a picture." });
  const shown = scene ? await takeScene(scene) : await take(() => subjects.fetched(linked.image), "the picture of the link");
  if (!shown) return;
  composer.fill(linked);
  composer.ask();
}

function trouble(problem, again) {
  if (problem.status === 401) return unlock(again);
  notice({ title: problem.message, advice: problem.advice }, problem.passes ? { label: "Try again", run: again } : undefined);
}

async function unlock(then) {
  if (await askForKey()) then();
}

async function start() {
  await Promise.all([status.watch(), scenes.load()]);
  await follow();
}

start();

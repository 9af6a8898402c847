// The form in which a question is put together: task, text, suggestions, and the button that asks or stops.

import { $, h } from "../page/element.js";
import { colourOf, renumbered, withTokens } from "../page/tokens.js";
import { compose, labelOf, TASKS } from "./tasks.js";

/** Tells "ask" and "stop". */
export class Composer extends EventTarget {
  /** What to suggest for the demo scene on show. @type {any[]} */ #suggested = [];
  #running = false;
  #ready = false;

  constructor(/** @type {import("../regions/regions.js").Regions} */ regions) {
    super();
    this.regions = regions;
    this.text = $("text");
    $("form").addEventListener("submit", (event) => { event.preventDefault(); this.#running ? this.stop() : this.ask(); });
    $("tasks").addEventListener("change", () => this.#show());
    this.text.addEventListener("input", () => this.trouble(""));
    regions.addEventListener("change", () => this.#show());
    regions.addEventListener("remove", (/** @type {any} */ event) => { this.text.value = renumbered(this.text.value, event.detail); });
    this.offer(Object.keys(TASKS));
  }

  get task() {
    return /** @type {any} */ (document.querySelector("input[name=task]:checked")).value;
  }

  set task(task) {
    const input = /** @type {any} */ (document.querySelector(`input[name=task][value="${CSS.escape(task)}"]`));
    if (input) input.checked = true;
    this.#show();
  }

  /** Shows the tasks that the bundle has. */
  offer(/** @type {string[]} */ tasks) {
    const known = Object.keys(TASKS).filter((task) => tasks.includes(task));
    $("tasks").replaceChildren(...known.map((task, index) => h("label", { title: TASKS[task].hint },
      h("input", { type: "radio", name: "task", value: task, checked: index === 0 }), h("span", { textContent: labelOf(task) }))));
    this.#show();
  }

  nextTask() {
    const inputs = /** @type {any[]} */ ([...$("tasks").querySelectorAll("input")]);
    const next = inputs[(inputs.findIndex((input) => input.checked) + 1) % inputs.length];
    next.checked = true;
    next.focus();
    this.#show();
  }

  /** Takes over a question; an undefined text is an empty one. */
  fill({ task, text, regions }) {
    this.regions.set(regions);
    this.task = task;
    this.text.value = text ?? "";
  }

  /** Puts a region's number where the cursor is. */
  insert(/** @type {number} */ k) {
    if (TASKS[this.task].text === "none") this.task = "answer";
    const { value, selectionStart: from = value.length, selectionEnd: to = value.length } = this.text;
    const before = value.slice(0, from), after = value.slice(to);
    const put = `${before && !before.endsWith(" ") ? " " : ""}[${k}]`;
    this.text.value = before + put + after;
    this.text.focus();
    this.text.setSelectionRange(before.length + put.length, before.length + put.length);
  }

  /** Questions that came with the scene; empty for a picture of one's own. */
  suggest(/** @type {any[]} */ questions) {
    this.#suggested = questions;
    this.#show();
  }

  ask() {
    const { question, numbers, trouble } = compose(this.task, this.text.value, this.regions.list, this.regions.chosen);
    this.trouble(trouble ?? "");
    if (trouble) this.text.focus();
    else this.dispatchEvent(new CustomEvent("ask", { detail: { question, numbers } }));
  }

  stop() {
    this.dispatchEvent(new Event("stop"));
  }

  /** Says below the text what is missing. */
  trouble(/** @type {string} */ sentence) {
    $("trouble").textContent = sentence;
    this.text.setAttribute("aria-invalid", String(sentence !== ""));
  }

  set ready(/** @type {boolean} */ ready) {
    this.#ready = ready;
    $("ask").disabled = !ready;
    this.#show();
  }

  set running(/** @type {boolean} */ running) {
    this.#running = running;
    $("ask").classList.toggle("stop", running);
    this.#show();
  }

  #show() {
    const task = TASKS[this.task];
    this.trouble("");
    $("hint").textContent = task.hint;
    $("ask").textContent = this.#running ? "Stop" : task.label;
    $("ask-row").classList.toggle("no-text", task.text === "none");
    this.text.hidden = task.text === "none";
    this.text.placeholder = this.regions.length || this.task !== "answer" ? task.placeholder ?? "" : "where is this?";
    $("ideas").replaceChildren(...this.#ideas().map((idea) => h("button", { type: "button", class: "idea", on: { click: () => this.#take(idea) } },
      idea.task === this.task && idea.text ? "" : h("em", { textContent: labelOf(idea.task) }),
      ...withTokens(idea.text ?? ""),
      ...(idea.text?.includes("[") ? [] : idea.regions?.map((_, k) => h("i", { class: "swatch", style: { "--mine": colourOf(k) } })) ?? []))));
    $("ideas-title").textContent = this.#suggested.length ? "Try" : "For example";
    $("ideas-row").hidden = !this.#ready || $("ideas").childElementCount === 0;
  }

  // Those of the scene bring their own regions; the general ones go with what is drawn.
  #ideas() {
    if (this.#suggested.length) return this.#suggested;
    return TASKS[this.task].ideas(this.regions.length).map((text) => ({ task: this.task, text }));
  }

  #take(idea) {
    if (idea.regions) this.fill(idea);
    else this.text.value = idea.text;
    this.ask();
  }
}

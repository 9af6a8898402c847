// The answer on show: its words as they come, what was found, where the time went; or what went wrong and what to do.

import { $, h, icon } from "../page/element.js";
import { colourOf, withTokens } from "../page/tokens.js";
import { say } from "../page/say.js";
import { stageBars } from "../history/bars.js";
import { faster, milliseconds } from "../history/stages.js";
import { SURE } from "../picture/findings.js";
import { labelOf } from "../question/tasks.js";
import { foundList } from "./found.js";
import { Words } from "./words.js";

/** Tells "keep" with a box, "again" with an entry, "link" with an entry. */
export class Card extends EventTarget {
  /** @type {import("./entry.js").Entry|null} */ #entry = null;
  #listening = new AbortController();

  /**
   * @param {import("../picture/lights.js").Lights} lights
   * @param {import("../picture/findings.js").Findings} findings
   * @param {import("../history/history.js").History} history
   */
  constructor(lights, findings, history) {
    super();
    this.lights = lights;
    this.findings = findings;
    this.history = history;
  }

  /** Shows an entry, and goes on doing so while it grows; null shows none. */
  show(/** @type {import("./entry.js").Entry|null} */ entry) {
    this.#listening.abort();
    this.#listening = new AbortController();
    this.#entry = entry;
    this.findings.show([]);
    if (this.lights.picture.size) this.lights.hold(null);
    $("answer").hidden = !entry;
    if (!entry) return;
    const { signal } = this.#listening;
    entry.addEventListener("word", (/** @type {any} */ event) => { this.words.add(event.detail, true); this.#busy(); this.#follow(); }, { signal });
    entry.addEventListener("change", () => this.#change(true), { signal });
    this.words = new Words(this.lights, entry.drawn);
    for (const word of entry.words) this.words.add(word, false);
    this.body = h("div", {});
    $("answer").replaceChildren(this.#head(), this.words.root, this.body);
    this.#change(false);
  }

  #head() {
    const { number, question } = this.#entry;
    const button = (name, label, event) => h("button", { type: "button", class: "quiet", title: label, aria: { label }, on: { click: () => this.#tell(event, this.#entry) } }, icon(name));
    return h("header", { class: "asked" },
      h("span", { class: "row-number", textContent: String(number) }),
      h("h2", {}, h("em", { textContent: labelOf(question.task) }), " ", ...withTokens(question.text ?? (question.regions.length ? "" : "the whole picture")),
        ...(question.text?.includes("[") ? [] : this.#entry.numbers.map((k) => h("i", { class: "swatch", style: { "--mine": colourOf(k) } })))),
      button("link", "Copy a link to this question", "link"),
      button("again", "Ask this again", "again"));
  }

  #change(isNew) {
    const { state, problem, answer, found, words } = this.#entry;
    this.words.root.hidden = words.length === 0;
    this.findings.show(found, this.#colour(), this.#name);
    this.#busy();
    this.body.replaceChildren();
    if (state === "failed") this.body.append(this.#trouble(problem));
    if (state === "stopped") this.body.append(h("p", { class: "dim", textContent: "Stopped." }));
    if (found.length) this.body.append(this.#verdict(), foundList(found, this.#name, { point: (index) => this.findings.point(index), keep: (box) => this.#tell("keep", box) }));
    if (answer) this.body.append(...this.#outcome(answer));
    if (isNew) this.#follow();
    if (isNew && state !== "asked") say(state === "answered" ? `Answer: ${this.#entry.summary}` : problem ? `${problem.message} ${problem.advice}` : "Stopped");
  }

  #outcome(answer) {
    const parts = [], { task } = this.#entry.question;
    if (!answer.words.length && answer.text && task !== "detect") parts.push(h("p", { class: "words", textContent: answer.text }));
    if (!answer.regions.length && ["locate", "segment", "detect"].includes(task)) parts.push(h("p", { class: "words dim", textContent: "Nothing found." }));
    if (answer.rationale) parts.push(h("p", { class: "why" }, h("em", { textContent: "because " }), ...withTokens(answer.rationale)));
    if (answer.finish === "length") parts.push(h("p", { class: "why", textContent: "It had more to say; this is as long as an answer may be." }));
    const earlier = this.history.before(this.#entry);
    parts.push(stageBars(answer, earlier), this.#times(answer, earlier[0]));
    return parts;
  }

  #times({ timing, confidence }, first) {
    const gain = first ? faster(timing.totalMs, first.timing.totalMs) : "", { first: word } = this.#entry.seen;
    return h("p", { class: "times" },
      h("strong", { class: "numbers", textContent: milliseconds(timing.totalMs) }), " in all",
      gain && h("span", { class: "gain", textContent: `${gain} than question 1` }),
      word != null && h("span", { class: "dim", title: "From asking to the first part of the answer, in this browser", textContent: `seen after ${milliseconds(word)}` }),
      confidence != null && h("span", { class: "dim", title: "How plausible the bundle finds its own answer", textContent: `${Math.round(100 * confidence)} % plausible` }));
  }

  // The best box is given even when the thing is not there; its score says so.
  #verdict() {
    const { question, found, answer } = this.#entry;
    const unsure = answer && ["locate", "segment"].includes(question.task) && found[0].score < SURE;
    return unsure ? h("p", { class: "why", textContent: "Probably not in the picture. The best guess is:" }) : "";
  }

  #trouble(problem) {
    return h("div", { class: "trouble", role: "group" },
      icon("warning"),
      h("p", {}, h("strong", { textContent: problem.message }), problem.advice && ` ${problem.advice}`),
      h("button", { type: "button", textContent: "Try again", on: { click: () => this.#tell("again", this.#entry) } }));
  }

  // What was found by a description is called by it.
  get #name() {
    const { task, text } = this.#entry.question;
    return ["locate", "segment"].includes(task) ? text ?? "" : "";
  }

  // A shape cut out of a region has the region's colour.
  #colour() {
    const { question, numbers } = this.#entry;
    return question.task === "segment" && numbers.length ? colourOf(numbers[0]) : undefined;
  }

  // On a small screen the answer grows under its edge.
  #follow() {
    const whole = $("answer"), room = innerHeight - this.lights.picture.frame.clientHeight;
    (whole.clientHeight < room - 100 || this.words.root.hidden ? whole : this.words.root).scrollIntoView({ block: "nearest" });
  }

  #busy() {
    this.words.root.hidden = this.words.root.childElementCount === 0;
    $("answer").setAttribute("aria-busy", String(this.#entry.state === "asked"));
    $("answer").dataset.state = this.#entry.state;
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

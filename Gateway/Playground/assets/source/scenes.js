// The demo scenes that came with the bundle, with questions worth asking about them.

import { $, h } from "../page/element.js";
import * as api from "../server/api.js";

/** Tells "scene" with one that somebody took. */
export class Scenes extends EventTarget {
  /** @type {any[]} */ list = [];

  async load() {
    this.list = await api.scenes().catch(() => []);
    $("scenes-row").hidden = this.list.length === 0;
    $("scenes").replaceChildren(...this.list.map((scene) => h("button", {
      type: "button", class: "scene", data: { file: scene.file }, aria: { label: `Scene: ${nameOf(scene)}`, pressed: false },
      on: { click: () => this.dispatchEvent(new CustomEvent("scene", { detail: scene })) },
    }, h("img", { src: `demo/${encodeURIComponent(scene.file)}`, alt: "", width: scene.width, height: scene.height, loading: "lazy", decoding: "async" }))));
  }

  named(/** @type {string|undefined} */ file) {
    return this.list.find((scene) => scene.file === file);
  }

  /** Marks the one on show; undefined for none. */
  mark(/** @type {string|undefined} */ file) {
    for (const button of $("scenes").children) button.setAttribute("aria-pressed", String(button.dataset.file === file));
  }
}

/** What a scene is called. */
export const nameOf = (/** @type {any} */ { file }) => file.replace(/\.\w+$/, "");

/** Its questions, and the tasks that need none of their own. */
export function questionsOf(/** @type {any} */ { questions, objects }) {
  const asked = questions.map(({ task, text, regions }) => ({ task, text: text || undefined, regions: regions ?? [] }));
  const whole = ["detect", "narrate"].filter((task) => !asked.some((one) => one.task === task));
  const shape = objects?.length ? [{ task: "segment", regions: [{ box: objects[0].box }] }] : [];
  return [...asked, ...shape, ...whole.map((task) => ({ task, regions: [] }))];
}

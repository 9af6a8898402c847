// The serving processes, small: which bundle, on what, how many silos, and how busy each is.

import { $, h } from "../page/element.js";
import * as api from "./api.js";

const EVERY_MS = 10_000;

/** Tells "bundle" when the server is heard of for the first time or with another bundle, "locked" when it wants a key. */
export class Status extends EventTarget {
  /** @type {any} */ bundle = null;
  #watching = false;

  /** Asks now, and from then on while the page is seen. */
  async watch() {
    if (this.#watching) return this.refresh();
    this.#watching = true;
    addEventListener("click", (event) => { if (!$("status").contains(/** @type {Node} */ (event.target))) $("status").open = false; });
    $("status").addEventListener("keydown", (event) => { if (event.key === "Escape") $("status").open = false; });
    await this.refresh();
    setInterval(() => document.visibilityState === "visible" && this.refresh(), EVERY_MS);
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.refresh());
  }

  async refresh() {
    try {
      this.#show(await api.cluster());
    } catch (problem) {
      this.#line(problem.status === 401 ? "busy" : "away", problem.status === 401 ? "a key is needed" : problem.status ? problem.message : "no answer from the server");
      if (problem.status === 401) this.dispatchEvent(new Event("locked"));
    }
  }

  #show({ mode, bundle, silos, degraded }) {
    const busy = silos.some((silo) => silo.saturation >= 1), ready = silos.some((silo) => silo.state === "active");
    this.#line(!ready || busy || degraded?.length ? "busy" : "good", `${bundle.name} on ${bundle.device ?? "cpu"} · ${count(silos.length, "silo")}${busy ? " · busy" : ready ? "" : ` · ${silos[0]?.state ?? "not ready"}`}`);
    $("status-more").replaceChildren(
      h("p", {}, h("strong", { textContent: bundle.name }), ` ${bundle.digest.slice(0, 12)}`, h("br"), bundle.description ?? ""),
      h("p", { class: "dim", textContent: `${mode === "orleans" ? "Cluster" : "Single process"}` }),
      ...(degraded ?? []).map((sentence) => h("p", { class: "bad", textContent: sentence })),
      h("ul", { class: "silos" }, ...silos.map(silo)));
    const isNew = this.bundle?.digest !== bundle.digest;
    this.bundle = bundle;
    if (isNew) this.dispatchEvent(new Event("bundle"));
  }

  #line(state, text) {
    $("status").dataset.state = state;
    $("status-line").textContent = text;
  }
}

const count = (many, noun) => `${many} ${noun}${many === 1 ? "" : "s"}`;
const megabytes = (bytes) => (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);

function silo({ name, processId, roles, state, queueSeconds, saturation, featureBytes, featureBytesAllowed }) {
  return h("li", {},
    h("p", {}, h("strong", { textContent: name }), ` ${state}`, h("span", { class: "dim", textContent: processId ? ` · process ${processId} · ${roles.join(", ")}` : "" })),
    gauge("busy", saturation, `${Math.round(saturation * 100)} %, queue ${Math.round(queueSeconds * 1000)} ms`),
    gauge("features", featureBytesAllowed ? featureBytes / featureBytesAllowed : 0, `${megabytes(featureBytes)} of ${megabytes(featureBytesAllowed)} MB`));
}

function gauge(name, part, words) {
  return h("div", { class: "gauge" },
    h("span", { textContent: name }),
    h("span", { class: "track", aria: { hidden: true } }, h("i", { style: { width: `${Math.min(100, 100 * part)}%` } })),
    h("span", { class: "dim", textContent: words }));
}

// Ways for a picture to come in: dropped, pasted, chosen, or taken with a camera.

import { $ } from "../page/element.js";
import { Problem } from "../server/problem.js";

const READ = ["image/png", "image/jpeg", "image/webp"];

/** Tells "picture" with a file that somebody gave. */
export class Intake extends EventTarget {
  constructor() {
    super();
    const give = (files) => {
      const file = [...(files ?? [])].find((one) => one.type.startsWith("image/")) ?? files?.[0];
      if (file) this.dispatchEvent(new CustomEvent("picture", { detail: file }));
    };
    for (const button of /** @type {any} */ (document.querySelectorAll("[data-browse]"))) button.addEventListener("click", () => $("file").click());
    $("file").addEventListener("change", () => { give($("file").files); $("file").value = ""; });
    addEventListener("paste", (event) => event.clipboardData?.files.length && give(event.clipboardData.files));

    // A picture dropped beside the place for it must not replace the page.
    for (const type of ["dragenter", "dragover", "dragleave", "drop"]) {
      addEventListener(type, (/** @type {any} */ event) => {
        if (!event.dataTransfer?.types.includes("Files")) return;
        event.preventDefault();
        document.body.classList.toggle("dropping", type === "dragenter" || type === "dragover");
        if (type === "drop") give(event.dataTransfer.files);
      });
    }
  }
}

/**
 * The picture in a form that the server reads: others that this browser can show (GIF, AVIF, BMP …) become PNG.
 * @param {Blob} file
 */
export async function readable(file) {
  if (READ.includes(file.type)) return file;
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (!bitmap) throw new Problem(415, { detail: `“${/** @type {any} */ (file).name ?? "This file"}” is not a picture that can be read here.` });
  const canvas = Object.assign(document.createElement("canvas"), { width: bitmap.width, height: bitmap.height });
  canvas.getContext("2d").drawImage(bitmap, 0, 0);
  bitmap.close();
  return new Promise((resolve) => canvas.toBlob((blob) => resolve(blob), "image/png"));
}

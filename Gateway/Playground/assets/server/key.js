// Asks for a key when the server wants one.

import { $ } from "../page/element.js";
import { useKey } from "./api.js";

/**
 * Opens the dialog, once at a time.
 * @returns {Promise<boolean>} whether a key was given
 */
export function askForKey() {
  const dialog = /** @type {HTMLDialogElement} */ ($("login"));
  if (dialog.open) return Promise.resolve(false);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((given) => dialog.addEventListener("close", () => {
    const key = $("key").value.trim(), used = dialog.returnValue === "use" && key !== "";
    if (used) useKey(key);
    $("key").value = "";
    given(used);
  }, { once: true }));
}

import { found } from "./elements.js";

/**
 * Ask before something that is not easily undone.
 *
 * @param {string} title
 * @param {string} text
 * @param {string} yes what the button says that does it
 * @returns {Promise<boolean>}
 */
export function sure(title, text, yes) {
  const dialog = found("sure", HTMLDialogElement);
  found("sure-title", HTMLElement).textContent = title;
  found("sure-text", HTMLElement).textContent = text;
  const go = found("sure-yes", HTMLButtonElement);
  go.textContent = yes;
  go.onclick = () => dialog.close("yes");
  found("sure-no", HTMLButtonElement).onclick = () => dialog.close("no");
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((answer) =>
    dialog.addEventListener("close", () => answer(dialog.returnValue === "yes"), { once: true }),
  );
}

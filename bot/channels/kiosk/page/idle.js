import { found } from "./elements.js";

const SILENCE = 60_000;
const COUNTDOWN = 15;
const SIGNS = ["pointerdown", "pointermove", "keydown", "input", "wheel", "touchmove"];

/**
 * Notices that the citizen has walked away: after a minute without a sign it asks, counts down,
 * and calls `leave`.
 */
export class Idle {
  #dialog = found("still", HTMLDialogElement);
  #count = found("still-count", HTMLElement);
  #ring = /** @type {SVGElement} */ (
    /** @type {unknown} */ (document.getElementById("still-ring"))
  );
  #live = found("live", HTMLElement);
  #armed = false;
  #left = 0;
  /** @type {number | undefined} */ #timer;

  /** @param {() => void} leave */
  constructor(leave) {
    this.leave = leave;
    const end = found("still-leave", HTMLButtonElement);
    for (const sign of SIGNS) window.addEventListener(sign, () => this.seen(), { passive: true });
    this.#dialog.addEventListener("click", ({ target }) =>
      target === end ? leave() : this.#stay(),
    );
    this.#dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.#stay();
    });
  }

  /** From now on there is something on the screen that a stranger should not read. */
  arm() {
    this.#armed = true;
    this.seen();
  }

  /** The screen is clean; nobody needs to be asked anything. */
  disarm() {
    this.#armed = false;
    clearTimeout(this.#timer);
    if (this.#dialog.open) this.#dialog.close();
  }

  /** Someone is there. */
  seen() {
    if (!this.#armed || this.#dialog.open) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), SILENCE);
  }

  #ask() {
    this.#dialog.showModal();
    found("still-stay", HTMLButtonElement).focus();
    this.#left = COUNTDOWN;
    this.#show();
    this.#timer = setTimeout(() => this.#tick(), 1000);
  }

  #tick() {
    this.#left -= 1;
    this.#show();
    if (this.#left > 0) this.#timer = setTimeout(() => this.#tick(), 1000);
    else this.leave();
  }

  #show() {
    this.#count.textContent = String(this.#left);
    this.#ring.style.strokeDashoffset = String(100 - (100 * this.#left) / COUNTDOWN);
    if (this.#left % 5 === 0) this.#live.textContent = `还在吗？${this.#left} 秒后清除对话。`;
  }

  #stay() {
    this.#dialog.close();
    this.#live.replaceChildren();
    this.seen();
  }
}

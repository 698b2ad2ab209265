import { found } from "./elements.js";

/** Where the two see each other, and switch their own picture and voice off and on. */
export class Stage {
  /** @type {MediaStream | null} */ stream = null;
  #theirs = found("theirs", HTMLVideoElement);
  #mine = found("mine", HTMLVideoElement);
  #mute = found("mute", HTMLButtonElement);
  #hide = found("hide", HTMLButtonElement);
  #hear = found("hear", HTMLButtonElement);

  /** @param {() => void} changed one's picture or voice went off or on */
  constructor(changed) {
    this.#mute.addEventListener("click", () => this.#toggle(this.#mute, "audio", changed));
    this.#hide.addEventListener("click", () => this.#toggle(this.#hide, "video", changed));
    this.#hear.addEventListener("click", () => this.#start());
  }

  get heard() {
    return this.#on("audio");
  }

  get seen() {
    return this.#on("video");
  }

  /** @param {MediaStream | null} stream one's own */
  show(stream) {
    this.stream = stream;
    this.#mine.srcObject = stream;
  }

  /** @param {MediaStream} stream the other side's */
  play(stream) {
    if (this.#theirs.srcObject !== stream) this.#theirs.srcObject = stream;
    this.#start();
  }

  close() {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.#mine.srcObject = null;
    this.#theirs.srcObject = null;
  }

  /** @param {string} curtain what stands in place of the other side's picture, "" when it is there */
  draw(curtain) {
    const cloth = found("curtain", HTMLElement);
    if (cloth.textContent !== curtain) cloth.textContent = curtain;
    cloth.hidden = curtain === "";
    this.#mine.hidden = !this.seen;
    this.#mute.hidden = this.#tracks("audio").length === 0;
    this.#hide.hidden = this.#tracks("video").length === 0;
  }

  /** Browsers start no sound that nobody asked for; then a button asks for it. */
  async #start() {
    try {
      await this.#theirs.play();
      this.#hear.hidden = true;
    } catch (error) {
      this.#hear.hidden = !(error instanceof DOMException && error.name === "NotAllowedError");
    }
  }

  /** @param {"audio" | "video"} kind */
  #tracks(kind) {
    return (this.stream?.getTracks() ?? []).filter((track) => track.kind === kind);
  }

  /** @param {"audio" | "video"} kind */
  #on(kind) {
    return this.#tracks(kind).some((track) => track.enabled);
  }

  /**
   * @param {HTMLButtonElement} button
   * @param {"audio" | "video"} kind
   * @param {() => void} changed
   */
  #toggle(button, kind, changed) {
    const off = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(off));
    for (const track of this.#tracks(kind)) track.enabled = !off;
    changed();
  }
}

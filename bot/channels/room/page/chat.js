import { element, found } from "./elements.js";
import { random } from "./line.js";

/** @import { Said, Side } from "./protocol.js" */

const BY = { citizen: "市民", officer: "工作人员" };

/** What is written in a room: for when the voice does not get through, or there is none. */
export class Chat {
  /** @type {Map<string, string>} */ #unsent = new Map();
  /** @type {Set<string>} */ #shown = new Set();
  /** @type {Side} */ #side = "citizen";
  #list = found("said", HTMLElement);

  /** @param {(frame: object) => void} send */
  constructor(send) {
    this.send = send;
    const text = found("text", HTMLInputElement);
    found("write", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      const said = text.value.trim();
      text.value = "";
      if (!said) return;
      const id = random();
      this.#unsent.set(id, said);
      this.send({ type: "say", msg_id: id, text: said });
    });
    const chatting = found("chatting", HTMLButtonElement);
    chatting.addEventListener("click", () => {
      this.open(chatting.getAttribute("aria-pressed") !== "true");
      if (chatting.getAttribute("aria-pressed") === "true") text.focus();
    });
  }

  /** @param {boolean} wanted */
  open(wanted) {
    found("chatting", HTMLButtonElement).setAttribute("aria-pressed", String(wanted));
    document.body.toggleAttribute("data-chat", wanted);
  }

  /**
   * The line is there, perhaps again: what was said so far, and what has not gone out yet.
   *
   * @param {Side} side
   * @param {Said[]} said
   */
  replay(side, said) {
    this.#side = side;
    for (const one of said) this.add(one);
    for (const [id, text] of this.#unsent) this.send({ type: "say", msg_id: id, text });
  }

  /** @param {Said} said */
  add({ msg_id, by, text }) {
    this.#unsent.delete(msg_id);
    if (this.#shown.has(msg_id)) return;
    this.#shown.add(msg_id);
    const mine = by === this.#side;
    const who = element("span", { class: mine ? "unseen" : "who" }, mine ? "您：" : `${BY[by]}：`);
    this.#list.append(element("li", { class: mine ? "my" : "their" }, who, text));
    found("none", HTMLElement).hidden = true;
    if (!mine) this.open(true);
    this.#list.lastElementChild?.scrollIntoView({ block: "nearest" });
  }
}

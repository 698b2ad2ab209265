import { element, found } from "./elements.js";

/** @import { Welcome } from "./protocol.js" */

const HINT = {
  citizen: "备好一样，点一下；工作人员看得到。没备齐也可以先进来。",
  officer: "市民自己勾的，办之前照样要核对。",
};

/** The checklist: the citizen ticks what is ready, at any time; the officer looks on. */
export class Ticks {
  /** @type {Map<string, HTMLInputElement>} */ #boxes = new Map();
  /** @type {Map<string, boolean>} what was clicked and is not kept yet */ #wanted = new Map();
  /** @type {string[]} */ #kept = [];

  /** @param {(frame: object) => void} send */
  constructor(send) {
    this.send = send;
  }

  /** @param {Welcome} welcome */
  welcome({ side, ready, ticked }) {
    if (this.#boxes.size === 0 && ready.length > 0) this.#build(side, new Set(ready));
    this.keep(ticked);
    for (const [line, want] of this.#wanted) this.#tell(line, want); // clicked while cut off
  }

  /** @param {string[]} lines those that are kept as ready */
  keep(lines) {
    this.#kept = lines;
    for (const [line, want] of this.#wanted) {
      if (lines.includes(line) === want) this.#wanted.delete(line);
    }
    this.#draw();
  }

  /** What was clicked will not be kept. */
  refuse() {
    this.#wanted.clear();
    this.#draw();
  }

  /**
   * @param {"citizen" | "officer"} side
   * @param {Set<string>} lines
   */
  #build(side, lines) {
    const field = found("ticks", HTMLFieldSetElement);
    found("ticks-hint", HTMLElement).textContent = HINT[side];
    for (const line of lines) {
      const box = element("input", { type: "checkbox" });
      box.addEventListener("change", () => {
        this.#wanted.set(line, box.checked);
        this.#tell(line, box.checked);
        this.#draw();
      });
      this.#boxes.set(line, box);
      const label = element("label", {}, box, element("span", {}, line));
      found("ticks-list", HTMLElement).append(element("li", {}, label));
    }
    field.disabled = side === "officer";
    field.hidden = false;
  }

  /**
   * @param {string} line
   * @param {boolean} ready
   */
  #tell(line, ready) {
    this.send({ type: "tick", line, ready });
  }

  #draw() {
    let left = 0;
    for (const [line, box] of this.#boxes) {
      box.checked = this.#wanted.get(line) ?? this.#kept.includes(line);
      left += Number(!box.checked);
    }
    const count = this.#boxes.size - left;
    const said = left === 0 ? "都备好了。" : `备好了 ${count} 样，还差 ${left} 样。`;
    const sum = found("ticks-sum", HTMLElement);
    if (sum.textContent !== said) sum.textContent = said;
  }
}

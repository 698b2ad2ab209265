import { card } from "./card.js";
import { element, found } from "./elements.js";

/** @import { Utterance } from "./protocol.js" */

const THINKING = ["正在查", "还在查，请稍等"];
const STILL_THINKING = 4000;

/**
 * The conversation on the screen: a list of turns, what the citizen said and what 小福 answered.
 *
 * `live`, outside the list, is what a screen reader speaks: the list itself stays quiet, so that
 * nothing is read twice.
 */
export class Transcript {
  /** @type {Map<string, HTMLElement>} */ #turns = new Map();
  #paper = found("paper", HTMLElement);
  #list = found("turns", HTMLElement);
  #live = found("live", HTMLElement);
  #more = found("more", HTMLButtonElement);

  constructor() {
    const below = new IntersectionObserver(
      ([foot]) => (this.#more.hidden = foot.isIntersecting),
      {
        root: this.#paper,
        rootMargin: "0px 0px 24px 0px",
      },
    );
    below.observe(found("foot", HTMLElement));
    this.#more.addEventListener("click", () =>
      this.#paper.scrollBy({ top: this.#paper.clientHeight * 0.8, behavior: pace() }),
    );
  }

  /**
   * @param {string} id
   * @param {string} text
   */
  ask(id, text) {
    const answer = element("div", { class: "answer" }, thinking());
    const turn = element(
      "li",
      { class: "turn" },
      element("p", { class: "said" }, element("span", { class: "unseen" }, "您说："), text),
      answer,
    );
    this.#turns.set(id, answer);
    this.#list.append(turn);
    this.#paper.scrollTo({ top: this.#paper.scrollHeight, behavior: pace() });
  }

  /**
   * @param {string} id
   * @param {Utterance[]} utterances
   */
  answer(id, utterances) {
    const texts = utterances.flatMap((utterance) => utterance.text ?? []);
    const cards = utterances.flatMap(
      (utterance) => (utterance.custom && card(utterance.custom)) ?? [],
    );
    const said = cards.length > 0 ? texts.map(lead) : texts;
    this.#put(id, [...said.map((text) => element("p", { class: "says" }, text)), ...cards]);
    const more = cards.some((one) => one.tagName === "ARTICLE") ? ["详细内容在对话里。"] : [];
    this.#announce([...texts, ...more].join("\n"));
  }

  /**
   * @param {string} id
   * @param {string} sentence
   */
  refuse(id, sentence) {
    this.#put(id, [element("p", { class: "says sorry" }, sentence)]);
    this.#announce(sentence);
  }

  /** @param {string} sentence something to know that is nobody's turn */
  note(sentence) {
    this.#list.append(element("li", { class: "note" }, sentence));
    this.#announce(sentence);
  }

  /** @param {string} id */
  isLast(id) {
    return this.#turns.get(id)?.parentElement === this.#list.lastElementChild;
  }

  focus() {
    this.#paper.focus({ preventScroll: true });
  }

  clear() {
    this.#turns.clear();
    this.#list.replaceChildren();
    this.#live.replaceChildren();
  }

  /**
   * @param {string} id
   * @param {HTMLElement[]} parts
   */
  #put(id, parts) {
    const answer = this.#turns.get(id);
    if (!answer) return;
    answer.replaceChildren(element("span", { class: "unseen" }, "小福说："), ...parts);
    this.#show(answer);
  }

  /**
   * Bring an answer into view, its beginning first when it is longer than the paper.
   *
   * @param {HTMLElement} answer
   */
  #show(answer) {
    const paper = this.#paper;
    requestAnimationFrame(() => {
      const turn = (answer.closest("li") ?? answer).getBoundingClientRect();
      const edge = parseFloat(getComputedStyle(this.#list).paddingTop);
      const seen = paper.getBoundingClientRect();
      const fits = turn.height + 2 * edge <= seen.height;
      const top =
        paper.scrollTop + (fits ? turn.bottom + edge - seen.bottom : turn.top - edge - seen.top);
      paper.scrollTo({ top, behavior: pace() });
    });
  }

  /** @param {string} sentence */
  #announce(sentence) {
    this.#live.textContent = sentence;
  }
}

function thinking() {
  const words = element("span", { class: "thinking-words" }, THINKING[0]);
  const blooms = element(
    "span",
    { class: "blooms", "aria-hidden": "true" },
    element("i"),
    element("i"),
    element("i"),
  );
  const shown = element("p", { class: "thinking" }, blooms, words);
  setTimeout(() => (words.textContent = THINKING[1]), STILL_THINKING);
  return shown;
}

/**
 * What 小福 says above a card: the first paragraph. The rest is the card in words, for those who
 * have no card.
 *
 * @param {string} text
 */
function lead(text) {
  return text.split("\n\n", 1)[0];
}

/** @returns {ScrollBehavior} */
function pace() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
}

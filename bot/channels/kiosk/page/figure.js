import { found } from "./elements.js";

/** @typedef {"idle" | "listening" | "thinking" | "speaking"} Mood */

/** @type {Record<Mood, string>} */
const WORDS = {
  idle: "随时可以问我",
  listening: "请慢慢写",
  thinking: "让我想一想",
  speaking: "这是我的回答",
};
const PER_CHARACTER = 55;
const LONGEST = 5000;

/** 小福 herself: what she is doing shows in her face and in a word beside it. */
export class Figure {
  #figure = found("figure", HTMLElement);
  #words = found("mood", HTMLElement);
  /** @type {number | undefined} */ #timer;

  /** @param {Mood} mood */
  become(mood) {
    clearTimeout(this.#timer);
    this.#figure.dataset.state = mood;
    this.#words.textContent = WORDS[mood];
  }

  /**
   * Listen while something is being written; thinking and speaking go on undisturbed.
   *
   * @param {boolean} written
   */
  listen(written) {
    const mood = this.#figure.dataset.state;
    if (mood === "idle" || mood === "listening") this.become(written ? "listening" : "idle");
  }

  /**
   * Speak for about as long as it takes to say `text`.
   *
   * @param {string} text
   */
  speak(text) {
    this.become("speaking");
    const time = Math.min(LONGEST, 1000 + text.length * PER_CHARACTER);
    this.#timer = setTimeout(() => this.become("idle"), time);
  }
}

import { found } from "./elements.js";

const THANKS = "谢谢您的评价，我们收到了。这一页可以关掉了。";
const SORRY = "谢谢您告诉我们。我们会去核实、改正，再给您回电话。这一页可以关掉了。";
const SKIPPED = "好的，感谢您来办事。这一页可以关掉了。";
const WHICH = "请先点选一个，再提交。";
const LOW = ["unsatisfied", "very_unsatisfied"];

let level = "";
let asked = false;

/**
 * Ask how it was; whoever does not want to say need not.
 *
 * @param {(frame: object) => void} send
 */
export function askForRating(send) {
  if (asked) return; // the line was away and is back
  asked = true;
  const form = found("rating", HTMLFormElement);
  found("done-title", HTMLElement).focus();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    level = String(new FormData(form).get("level") ?? "");
    if (level === "") return say(WHICH);
    send({ type: "rate", level, words: found("words", HTMLTextAreaElement).value });
  });
  found("skip", HTMLButtonElement).addEventListener("click", () => close(SKIPPED));
}

/** It is kept. */
export function thank() {
  close(LOW.includes(level) ? SORRY : THANKS);
}

/** @param {string} sentence */
function close(sentence) {
  found("rating", HTMLFormElement).hidden = true;
  say(sentence);
}

/** @param {string} sentence */
function say(sentence) {
  const thanks = found("thanks", HTMLElement);
  thanks.hidden = false;
  thanks.textContent = sentence;
}

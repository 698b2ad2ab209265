import { button, found } from "./elements.js";
import { Figure } from "./figure.js";
import { Idle } from "./idle.js";
import { Line } from "./line.js";
import { masked } from "./masked.js";
import { questions } from "./start.js";
import { Transcript } from "./transcript.js";

/** @import { Button, Theme, Utterance } from "./protocol.js" */

const CUT = "网络断开了，正在重新连接。您说过的话都在，不会丢。";
const FORGOTTEN = "刚才的连接断得久了，我们从这里重新开始。";
const FAREWELL = 4000;

const bar = found("bar", HTMLFormElement);
const banner = found("banner", HTMLElement);
const choices = found("choices", HTMLElement);
const start = found("start", HTMLElement);
const talk = found("talk", HTMLElement);
const farewell = found("farewell", HTMLElement);

const figure = new Figure();
const transcript = new Transcript();
const idle = new Idle(leave);
const line = new Line(address(), {
  welcome: offer,
  reply: ({ msg_id, messages }) => hear(msg_id, messages),
  refusal: ({ msg_id, message }) => (msg_id ? refuse(msg_id, message) : show(message)),
  cut: () => show(CUT),
  back: () => show(""),
  forgotten: () => transcript.note(FORGOTTEN),
});

bar.addEventListener("submit", (event) => {
  event.preventDefault();
  const said = field().value.trim();
  field().value = "";
  if (said) ask(said);
});
bar.addEventListener("input", () => {
  const written = field().value !== "";
  figure.listen(written);
  if (written || document.body.dataset.mode === "talk") idle.arm();
  else idle.disarm();
});
found("end", HTMLButtonElement).addEventListener("click", leave);
line.open();

/** The chat's address beside the page, wherever the channel is mounted. */
function address() {
  const chat = new URL("chat", location.href);
  chat.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  return chat.href;
}

function field() {
  return found("text", HTMLInputElement);
}

/**
 * @param {string} said what is sent
 * @param {string} [shown] what stands on the screen for it
 */
function ask(said, shown = said) {
  const tapped = document.activeElement?.closest("#start, #choices");
  turnTo("talk");
  choose([]);
  transcript.ask(line.say(said), masked(shown));
  if (tapped) transcript.focus(); // what was tapped is gone
  figure.become("thinking");
  idle.arm();
}

/**
 * @param {string} id
 * @param {Utterance[]} utterances
 */
function hear(id, utterances) {
  const last = transcript.isLast(id);
  if (last) {
    const booking = utterances.some(({ custom }) => custom?.kind === "booking");
    choose(
      utterances.flatMap(({ buttons }) => buttons ?? []),
      booking,
    );
    figure.speak(utterances.map(({ text }) => text ?? "").join(""));
  }
  transcript.answer(id, utterances);
  idle.seen();
}

/**
 * @param {string} id
 * @param {string} sentence
 */
function refuse(id, sentence) {
  if (transcript.isLast(id)) figure.become("idle");
  transcript.refuse(id, sentence);
  idle.seen();
}

/**
 * Lay out what can be tapped next; of two ways on in a booking the first is the one forward.
 *
 * @param {Button[]} buttons
 * @param {boolean} [booking]
 */
function choose(buttons, booking = false) {
  const drawn = buttons.map(({ title, payload }) =>
    button(title, () => ask(payload || title, title), "choice"),
  );
  if (booking && drawn.length <= 2) drawn[0]?.classList.add("forward");
  choices.replaceChildren(...drawn);
  choices.hidden = drawn.length === 0;
}

/** @param {Theme[]} themes */
function offer(themes) {
  const drawn = JSON.stringify(themes);
  if (drawn === start.dataset.drawn) return; // a page that comes back keeps its focus
  start.dataset.drawn = drawn;
  start.replaceChildren(...questions(themes, ask));
}

/** The citizen goes: nothing of the visit may stay on the screen, in memory, or with the server. */
function leave() {
  idle.disarm();
  line.end();
  const talked = document.body.dataset.mode === "talk";
  transcript.clear();
  choose([]);
  const fresh = /** @type {HTMLInputElement} */ (field().cloneNode());
  fresh.value = "";
  field().replaceWith(fresh); // a new field, for the old one can undo
  figure.become("idle");
  turnTo("start");
  start.scrollTop = 0;
  if (talked) {
    farewell.hidden = false;
    setTimeout(() => (farewell.hidden = true), FAREWELL);
    found("live", HTMLElement).textContent = farewell.innerText;
  }
}

/** @param {"start" | "talk"} mode */
function turnTo(mode) {
  document.body.dataset.mode = mode;
  start.hidden = mode !== "start";
  talk.hidden = mode !== "talk";
  if (mode === "talk") farewell.hidden = true;
}

/** @param {string} sentence */
function show(sentence) {
  banner.textContent = sentence;
  banner.hidden = !sentence;
}

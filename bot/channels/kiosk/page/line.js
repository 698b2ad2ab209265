import { VERSION } from "./protocol.js";

/** @import { Reply, Refusal, ServerFrame, Theme } from "./protocol.js" */

const RETRY_AFTER = [200, 500, 1000, 2000];
const PING_EVERY = 2000;
const PATIENCE = 3000;

/**
 * What the page wants to know of the line.
 *
 * @typedef {object} Listener
 * @property {(suggestions: Theme[]) => void} welcome
 * @property {(reply: Reply) => void} reply
 * @property {(refusal: Refusal) => void} refusal `msg_id` says which message it is about, if any
 * @property {() => void} cut nothing gets through any more; what is said from now on waits
 * @property {() => void} back
 * @property {() => void} forgotten the server knows the visit no more; what waits goes to a new one
 */

/**
 * The line to the server. It reconnects by itself and sends again what has no reply yet, under the
 * same `msg_id`, so that nothing is lost and nothing happens twice. The visit's token lives here
 * and nowhere else.
 */
export class Line {
  /** @type {WebSocket | null} */ #socket = null;
  /** @type {string | null} */ #visit = null;
  /** @type {Map<string, string>} */ #unanswered = new Map();
  #talked = false;
  #hellos = 0;
  #ready = false;
  #told = "";
  #attempt = 0;
  /** @type {number | undefined} */ #retry;
  /** @type {number | undefined} */ #deadline;

  /**
   * @param {string} address
   * @param {Listener} listener
   */
  constructor(address, listener) {
    this.address = address;
    this.listener = listener;
  }

  open() {
    setInterval(() => this.#ping(), PING_EVERY);
    window.addEventListener("offline", () => this.#lose());
    window.addEventListener("online", () => this.#connect());
    this.#connect();
  }

  /**
   * Say something; it goes out at once, or when the line is back.
   *
   * @param {string} text
   * @returns {string} its msg_id
   */
  say(text) {
    const id = newId();
    this.#unanswered.set(id, text);
    if (this.#ready) this.#send({ type: "message", msg_id: id, text });
    return id;
  }

  /** Leave the visit and begin a new one; nothing of the old one is kept here. */
  end() {
    this.#unanswered.clear();
    this.#visit = null;
    this.#talked = false;
    if (this.#socket?.readyState === WebSocket.OPEN) {
      this.#send({ type: "end" });
      this.#hello();
    }
  }

  #connect() {
    clearTimeout(this.#retry);
    this.#drop();
    const socket = new WebSocket(this.address);
    this.#socket = socket;
    socket.addEventListener("open", () => socket === this.#socket && this.#hello());
    socket.addEventListener("close", () => socket === this.#socket && this.#lose());
    socket.addEventListener(
      "message",
      ({ data }) => socket === this.#socket && this.#hear(JSON.parse(data)),
    );
    this.#expectSomething();
  }

  #hello() {
    this.#ready = false;
    this.#hellos += 1;
    this.#send({ type: "hello", version: VERSION, visit: this.#visit });
  }

  /** @param {ServerFrame} frame */
  #hear(frame) {
    this.#expectNothing();
    if (frame.type === "welcome") this.#welcome(frame.visit, frame.suggestions);
    else if (frame.type === "reply") this.#settle(frame.msg_id, () => this.listener.reply(frame));
    else if (frame.type === "error") this.#refused(frame);
  }

  /**
   * @param {string} visit
   * @param {Theme[]} suggestions
   */
  #welcome(visit, suggestions) {
    this.#hellos -= 1;
    if (this.#hellos > 0) return; // an answer to an earlier hello, of a visit that has ended since
    const forgotten = this.#talked && this.#visit !== visit;
    if (this.#visit !== visit) this.#talked = false;
    this.#visit = visit;
    this.#ready = true;
    this.#attempt = 0;
    this.listener.welcome(suggestions);
    if (this.#told === "cut") this.#tell("back");
    if (forgotten) this.listener.forgotten();
    for (const [id, text] of this.#unanswered) this.#send({ type: "message", msg_id: id, text });
  }

  /** @param {Refusal} refusal */
  #refused(refusal) {
    if (refusal.code === "visit_expired" || refusal.code === "hello_first") {
      if (this.#ready) this.#hello(); // the message goes out again after the welcome
    } else if (refusal.code === "version") {
      location.reload();
    } else if (refusal.msg_id) {
      this.#settle(refusal.msg_id, () => this.listener.refusal(refusal));
    } else {
      if (!this.#ready) this.#lose();
      this.listener.refusal(refusal);
    }
  }

  /**
   * @param {string} id
   * @param {() => void} tell
   */
  #settle(id, tell) {
    if (!this.#unanswered.delete(id)) return; // it comes twice, or after the end
    this.#talked = true;
    tell();
  }

  #ping() {
    if (!this.#ready) return;
    this.#send({ type: "ping" });
    this.#expectSomething();
  }

  /** A network that went away says nothing: silence is how it is known. */
  #expectSomething() {
    this.#deadline ??= setTimeout(() => this.#lose(), PATIENCE);
  }

  #expectNothing() {
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
  }

  #lose() {
    this.#drop();
    this.#tell("cut");
    const pause = RETRY_AFTER[Math.min(this.#attempt, RETRY_AFTER.length - 1)];
    this.#attempt += 1;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#connect(), pause);
  }

  #drop() {
    this.#expectNothing();
    const socket = this.#socket;
    this.#socket = null;
    this.#ready = false;
    this.#hellos = 0;
    socket?.close();
  }

  /** @param {"cut" | "back"} news */
  #tell(news) {
    if (this.#told !== news) this.listener[news]();
    this.#told = news;
  }

  /** @param {object} frame */
  #send(frame) {
    this.#socket?.send(JSON.stringify(frame));
  }
}

/** A random UUID; `crypto.randomUUID` is missing where the page is not served over TLS. */
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

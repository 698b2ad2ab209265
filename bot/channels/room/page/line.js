import { VERSION } from "./protocol.js";
import { recall, remember } from "./tab.js";

/** @import { Refusal, ServerFrame, Welcome } from "./protocol.js" */

const RETRY_AFTER = [200, 500, 1000, 2000];
const PING_EVERY = 2000;
const PATIENCE = 3000;
const INSTANCE = "room-instance";

/**
 * What the page wants to know of the line.
 *
 * @typedef {object} Listener
 * @property {(welcome: Welcome) => void} welcome after every hello, the first and each after a cut
 * @property {(frame: ServerFrame) => void} frame everything else
 * @property {(refusal: Refusal) => void} refusal after a final one the line stays down
 * @property {() => void} cut
 * @property {() => void} back
 */

/**
 * The line to the room's other side. It reconnects by itself and says hello again; the pictures
 * and voices go another way and mind nothing of it.
 */
export class Line {
  /** @type {WebSocket | null} */ #socket = null;
  #ready = false;
  #stopped = false;
  #told = "";
  #attempt = 0;
  /** @type {number | undefined} */ #retry;
  /** @type {number | undefined} */ #deadline;
  #instance = recall(INSTANCE) ?? random();
  load = random();

  /**
   * @param {string} address
   * @param {string} token
   * @param {Listener} listener
   */
  constructor(address, token, listener) {
    this.address = address;
    this.token = token;
    this.listener = listener;
    remember(INSTANCE, this.#instance);
  }

  open() {
    setInterval(() => this.#ping(), PING_EVERY);
    window.addEventListener("offline", () => this.#lose());
    window.addEventListener("online", () => this.#connect());
    window.addEventListener("pagehide", () => this.send({ type: "leave" }));
    window.addEventListener("pageshow", (event) => event.persisted && this.#connect());
    this.#connect();
  }

  /**
   * Send a frame now; it is gone when the line is down.
   *
   * @param {object} frame
   */
  send(frame) {
    if (this.#ready) this.#socket?.send(JSON.stringify(frame));
  }

  /** Ask the door again, such as when the time has come. */
  hello() {
    this.#ready = false;
    const { token, load } = this;
    const frame = { type: "hello", version: VERSION, token, instance: this.#instance, load };
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  /** Nothing more will be said. */
  stop() {
    this.#stopped = true;
    this.#drop();
    clearTimeout(this.#retry);
  }

  #connect() {
    if (this.#stopped) return;
    clearTimeout(this.#retry);
    this.#drop();
    const socket = new WebSocket(this.address);
    this.#socket = socket;
    socket.addEventListener("open", () => socket === this.#socket && this.hello());
    socket.addEventListener("close", () => socket === this.#socket && this.#lose());
    socket.addEventListener(
      "message",
      ({ data }) => socket === this.#socket && this.#hear(JSON.parse(data)),
    );
    this.#expectSomething();
  }

  /** @param {ServerFrame} frame */
  #hear(frame) {
    this.#expectNothing();
    if (frame.type === "welcome") {
      this.#ready = true;
      this.#attempt = 0;
      if (this.#told === "cut") this.#tell("back");
      this.listener.welcome(frame);
    } else if (frame.type === "error") {
      this.#refused(frame);
    } else if (frame.type !== "pong") {
      this.listener.frame(frame);
    }
  }

  /** @param {Refusal} refusal */
  #refused(refusal) {
    if (refusal.final) this.stop();
    else if (!this.#ready) this.#later();
    this.listener.refusal(refusal);
  }

  #ping() {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    this.#socket.send('{"type": "ping"}');
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
    if (this.#stopped) return;
    this.#drop();
    this.#tell("cut");
    this.#later();
  }

  #later() {
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
    socket?.close();
  }

  /** @param {"cut" | "back"} news */
  #tell(news) {
    if (this.#told !== news) this.listener[news]();
    this.#told = news;
  }
}

/** A random name; `crypto.randomUUID` is missing where the page is not served over TLS. */
export function random() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** @import { Description, Side, Signal } from "./protocol.js" */

const SHORT = 1500;
const PATIENCE = 4000;
const LONGEST = 15_000;

/**
 * What the page wants to know of a call.
 *
 * @typedef {object} Listener
 * @property {(signal: Omit<Signal, "call">) => void} send
 * @property {(stream: MediaStream) => void} stream the other side's picture and voice
 * @property {(state: RTCPeerConnectionState) => void} state
 */

/**
 * A call between two pages. Only the officer's offers, and the citizen's asks it to, so that two
 * offers never meet. Both ways for picture and voice are agreed on from the start: a camera opened
 * or changed later needs no new offer.
 *
 * Signals may be lost with the line, so an answer says which offer it is to, and a call that does
 * not come about, or breaks, is offered anew until it does.
 */
export class Call {
  #connection;
  #offers;
  #offered = 0;
  #incoming = new MediaStream();
  /** @type {MediaStream | null} */ #outgoing = null;
  /** What is to be done, one after the other. */
  #doing = Promise.resolve();
  #begun = performance.now();
  #patience = PATIENCE;
  /** @type {number | undefined} */ #watch;

  /**
   * @param {Side} side
   * @param {RTCIceServer[]} iceServers
   * @param {Listener} listener
   */
  constructor(side, iceServers, listener) {
    this.listener = listener;
    this.#offers = side === "officer";
    this.#connection = new RTCPeerConnection({ iceServers });
    const connection = this.#connection;
    connection.addEventListener("icecandidate", ({ candidate }) => {
      if (candidate) listener.send({ candidate: candidate.toJSON() });
    });
    connection.addEventListener("track", ({ track }) => {
      this.#incoming.addTrack(track);
      listener.stream(this.#incoming);
    });
    connection.addEventListener("connectionstatechange", () => this.#changed());
    if (this.#offers) {
      for (const kind of ["audio", "video"]) connection.addTransceiver(kind);
      this.#do(() => this.#offer());
    }
    this.#keepWatch();
  }

  get state() {
    return this.#connection.connectionState;
  }

  /**
   * Send this picture and voice, in place of what was sent before.
   *
   * @param {MediaStream} stream
   */
  send(stream) {
    this.#outgoing = stream;
    this.#do(() => this.#attach());
  }

  /** @param {Signal} signal */
  hear(signal) {
    this.#do(() => this.#take(signal));
  }

  /** Begin anew unless the call holds, or was begun a moment ago. */
  mend() {
    if (this.state === "connected" || this.state === "closed") return;
    if (performance.now() - this.#begun < SHORT) return;
    this.#begun = performance.now();
    if (this.#offers) this.#do(() => this.#offer(true));
    else this.listener.send({ restart: true });
  }

  close() {
    clearTimeout(this.#watch);
    this.#connection.close();
  }

  /** @param {() => Promise<void>} step */
  #do(step) {
    this.#doing = this.#doing.then(step).catch((error) => {
      if (this.state !== "closed") console.warn("call", error);
    });
  }

  #keepWatch() {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => {
      this.mend();
      this.#patience = Math.min(1.5 * this.#patience, LONGEST);
      this.#keepWatch();
    }, this.#patience);
  }

  #changed() {
    if (this.state === "connected" || this.state === "disconnected") {
      this.#patience = PATIENCE; // what is disconnected often comes back by itself
      this.#keepWatch();
    }
    if (this.state === "failed") this.mend();
    this.listener.state(this.state);
  }

  /** @param {boolean} [iceRestart] look for a new path */
  async #offer(iceRestart = false) {
    const connection = this.#connection;
    await connection.setLocalDescription(await connection.createOffer({ iceRestart }));
    this.#offered += 1;
    this.#describe(this.#offered);
  }

  /** @param {number} offer */
  #describe(offer) {
    const { localDescription } = this.#connection;
    if (!localDescription) return;
    this.listener.send({ description: { ...localDescription.toJSON(), offer } });
  }

  /** @param {Signal} signal */
  async #take({ description, candidate, restart }) {
    if (restart && this.#offers) this.mend();
    if (description) await (this.#offers ? this.#agree(description) : this.#answer(description));
    if (candidate) await this.#addCandidate(candidate);
  }

  /** @param {Description} offer */
  async #answer(offer) {
    const connection = this.#connection;
    await connection.setRemoteDescription(offer);
    for (const way of connection.getTransceivers()) way.direction = "sendrecv";
    await this.#attach();
    await connection.setLocalDescription();
    this.#describe(offer.offer);
  }

  /** @param {Description} answer */
  async #agree(answer) {
    if (answer.offer !== this.#offered) return; // to one that was given up
    if (this.#connection.signalingState !== "have-local-offer") return; // it came twice
    await this.#connection.setRemoteDescription(answer);
  }

  /** @param {RTCIceCandidateInit} candidate */
  async #addCandidate(candidate) {
    try {
      await this.#connection.addIceCandidate(candidate);
    } catch (error) {
      console.debug("candidate of an offer that was given up", error);
    }
  }

  async #attach() {
    for (const { receiver, sender } of this.#connection.getTransceivers()) {
      const { kind } = receiver.track;
      const track = this.#outgoing?.getTracks().find((one) => one.kind === kind) ?? null;
      if (sender.track !== track) await sender.replaceTrack(track);
    }
  }
}

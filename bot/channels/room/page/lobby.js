import { CameraShut, measureVoice, openCamera } from "./camera.js";
import { element, found } from "./elements.js";
import { recall, remember } from "./tab.js";

/** @import { Peer, Welcome } from "./protocol.js" */

const KEPT = "room-entered";
const THERE = { citizen: "工作人员已经在了。", officer: "市民已经在候场了。" };
const NOT_THERE = { citizen: "", officer: "市民还没有来。" };

/** Where one gets ready: one's own picture and voice, and the way in. */
export class Lobby {
  /** @type {MediaStream | null} */ #stream = null;
  /** @type {Welcome | null} */ #welcome = null;
  #opensAt = 0;
  #stopMeasuring = () => {};
  #mirror = found("mirror", HTMLVideoElement);
  #open = found("open", HTMLButtonElement);
  #enter = found("enter", HTMLButtonElement);
  #without = found("without", HTMLButtonElement);
  #when = found("when", HTMLElement);

  /** @param {(stream: MediaStream | null) => void} enter null: without picture and voice */
  constructor(enter) {
    this.#open.addEventListener("click", () => this.#test());
    this.#enter.addEventListener("click", () => this.#go(enter, this.#stream));
    this.#without.addEventListener("click", () => this.#go(enter, null));
    this.enter = enter;
    setInterval(() => this.#sayWhen(), 1000);
  }

  /** @param {Welcome} welcome */
  welcome(welcome) {
    this.#opensAt = performance.now() + 1000 * welcome.opens_in;
    this.#welcome = welcome;
    const about = [welcome.matter, spoken(welcome.start), `预约号 ${welcome.number}`];
    found("about", HTMLElement).replaceChildren(...about.map((one) => element("span", {}, one)));
    this.#sayWhen();
  }

  /** A page that was reloaded in the middle goes straight on. */
  async resume() {
    const how = recall(KEPT);
    if (this.#waits() || how === null) return;
    if (how === "camera") await this.#test();
    if (how === "text" || this.#stream) this.#go(this.enter, how === "text" ? null : this.#stream);
  }

  /** @param {"camera" | "text"} how they went in */
  remember(how) {
    remember(KEPT, how);
  }

  forget() {
    remember(KEPT, null);
    this.#stopMeasuring();
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = null;
  }

  /** @param {Peer} peer */
  draw(peer) {
    const side = this.#welcome?.side ?? "citizen";
    this.#when.dataset.peer = peer.here ? THERE[side] : NOT_THERE[side];
    const early = this.#waits();
    this.#open.hidden = this.#stream !== null;
    this.#enter.hidden = this.#stream === null;
    this.#enter.disabled = early;
    this.#without.disabled = early;
    this.#sayWhen();
  }

  /**
   * @param {(stream: MediaStream | null) => void} enter
   * @param {MediaStream | null} stream
   */
  #go(enter, stream) {
    this.#stopMeasuring();
    enter(stream);
  }

  async #test() {
    const why = found("why", HTMLElement);
    const dark = found("dark", HTMLElement);
    why.hidden = true;
    dark.textContent = "正在打开……请在弹出的提示里点“允许”。";
    try {
      this.#stream = await openCamera();
    } catch (error) {
      if (!(error instanceof CameraShut)) throw error;
      why.textContent = `${error.message}实在打不开，也可以不用摄像头，打字办。`;
      why.hidden = false;
      this.#open.textContent = "再试一次";
      dark.textContent = "摄像头没有打开";
      return;
    }
    const seen = this.#stream.getVideoTracks().length > 0;
    this.#mirror.srcObject = this.#stream;
    this.#mirror.hidden = !seen;
    dark.hidden = seen;
    dark.textContent = "没有摄像头，只用声音";
    const loud = /** @type {HTMLMeterElement} */ (document.getElementById("loud"));
    found("voice", HTMLElement).hidden = this.#stream.getAudioTracks().length === 0;
    this.#stopMeasuring = measureVoice(this.#stream, loud);
    this.#open.hidden = true;
    this.#enter.hidden = false;
    this.#enter.disabled = this.#waits();
    this.#enter.focus();
  }

  #waits() {
    return this.#welcome === null || performance.now() < this.#opensAt;
  }

  #sayWhen() {
    if (this.#welcome === null) return;
    const left = Math.ceil((this.#opensAt - performance.now()) / 1000);
    const time = left > 0 ? `还有${length(left)}开门，到点就能进入。` : "现在可以进入了。";
    const said = time + (this.#when.dataset.peer ?? "");
    if (this.#when.textContent !== said) this.#when.textContent = said;
    this.#enter.disabled = left > 0;
    this.#without.disabled = left > 0;
  }
}

/**
 * How long, as people say it; by the minute as long as it is one, so that a reader does not read
 * out every second.
 *
 * @param {number} seconds
 */
function length(seconds) {
  if (seconds < 60) return "不到 1 分钟";
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return ` ${minutes} 分钟`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? ` ${hours} 小时 ${minutes % 60} 分钟` : ` ${Math.floor(hours / 24)} 天`;
}

/**
 * A moment in Shenzhen, wherever the page is.
 *
 * @param {string} moment ISO
 */
function spoken(moment) {
  const format = new Intl.DateTimeFormat("zh-CN", {
    timeZone: "Asia/Shanghai",
    month: "numeric",
    day: "numeric",
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const parts = format.formatToParts(new Date(moment)).map(({ type, value }) => [type, value]);
  const { month, day, weekday, hour, minute } = Object.fromEntries(parts);
  return `${month}月${day}日（${weekday}）${hour}:${minute}`;
}

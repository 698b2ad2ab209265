import { Call } from "./call.js";
import { Chat } from "./chat.js";
import { found } from "./elements.js";
import { Line } from "./line.js";
import { Lobby } from "./lobby.js";
import { askForRating, thank } from "./rating.js";
import { Stage } from "./stage.js";
import { sure } from "./sure.js";
import { Ticks } from "./ticks.js";

/** @import { Peer, ServerFrame, Welcome } from "./protocol.js" */

const CUT = "网络断了，正在自动重新连接，请稍等。";
const CALL_BACK = {
  citizen: "分钟了。工作人员会给您回拨一次，请留意电话；网络好了，这里也会自动接上。",
  officer: "分钟了，请按预留的电话给市民回拨一次。他回到这一页，会自动接上。",
};
const AWAY = {
  citizen: "工作人员那边断了线，正在等他回来，请稍等。",
  officer: "市民那边断了线，正在等他回来。",
};
const MENDING = "画面断了，正在重新接通。";
const WAITING = {
  citizen: "工作人员马上就来，请稍等。",
  officer: "市民还没有进来，请稍等。",
};
const CONNECTING = "正在接通……";
const WRITING = "没有开画面和声音，请在下面打字。";
const UNSEEN = { citizen: "工作人员没有开画面", officer: "市民没有开画面" };
const LEAVING = {
  citizen: ["先离开吗？", "还没有办完。时间没过，再点一次链接就能回来。", "离开"],
  officer: ["结束这次办理吗？", "市民那边会一起结束，并请他评价。", "结束办理"],
};
const LEFT = "您已经离开。要回来接着办，请刷新这一页，或者再点一次链接。";
const UNKEPT = ["not_listed", "too_many_ticks"];
const NO_LINK = "链接没有复制全。请用短信里的完整链接，或者对小福说“我的视频办”再取一次。";

const token = location.hash.slice(1);
const banner = found("banner", HTMLElement);

/** @type {Welcome | null} */ let welcome = null;
/** @type {Peer} */ let peer = { type: "peer", here: false, entered: false };
/** @type {Call | null} */ let call = null;
/** @type {string | undefined} */ let calledLoad;
let entered = false;
let lineDown = false;
let broken = false;
let refusal = "";
/** @type {number | undefined} */ let opening;
/** @type {number | undefined} */ let calledBack;

const line = new Line(address(), token, {
  welcome: begin,
  frame: hear,
  refusal: ({ message, final, code }) => {
    if (UNKEPT.includes(code)) ticks.refuse();
    if (final) end("refused", message);
    else if (code !== "too_early") tell(message);
  },
  cut: () => {
    lineDown = true;
    const wait = welcome?.begun && welcome.call_back_after;
    if (wait) calledBack = setTimeout(() => show({ broken: true }), 1000 * wait);
    draw();
  },
  back: () => {
    lineDown = false;
    broken = false;
    clearTimeout(calledBack);
    draw();
  },
});
const chat = new Chat((frame) => line.send(frame));
const ticks = new Ticks((frame) => line.send(frame));
const stage = new Stage(changed);
const lobby = new Lobby((stream) => {
  entered = true;
  stage.show(stream);
  keep(stream);
  changed();
});

if (/^\d+\./.test(token)) line.open();
else end("refused", NO_LINK);
window.addEventListener("hashchange", () => location.reload()); // another link, in the same tab
found("leave", HTMLButtonElement).addEventListener("click", leave);
draw();

/** The line's address beside the page; the room's number stands in it for the proxy. */
function address() {
  const beside = new URL(`line/${token.split(".")[0] || 0}`, location.href);
  beside.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  beside.hash = "";
  return beside.href;
}

/** @param {Welcome} news */
function begin(news) {
  const first = welcome === null;
  welcome = news;
  refusal = "";
  document.body.dataset.side = news.side;
  clearTimeout(opening);
  if (news.over) return finish(news.rated);
  if (news.opens_in > 0) opening = setTimeout(() => line.hello(), 1000 * news.opens_in);
  chat.replay(news.side, news.said);
  lobby.welcome(news);
  ticks.welcome(news);
  if (first) lobby.resume();
  if (entered) changed(); // the answer says how the other side is
  else meet(news.peer);
  call?.mend();
  draw();
}

/** @param {ServerFrame} frame */
function hear(frame) {
  if (frame.type === "peer") meet(frame);
  else if (frame.type === "signal" && frame.call === named()) call?.hear(frame);
  else if (frame.type === "said") chat.add(frame);
  else if (frame.type === "broken") show({ broken: true });
  else if (frame.type === "ticked") ticks.keep(frame.lines);
  else if (frame.type === "ended") finish(false);
  else if (frame.type === "rated") thank();
  draw();
}

/** @param {Peer} news */
function meet(news) {
  peer = news;
  if (peer.entered) broken = false;
  if (!entered || !peer.entered) return;
  if (welcome) welcome.begun = true;
  if (call && calledLoad === peer.load) return call.mend();
  call?.close();
  calledLoad = peer.load;
  call = new Call(welcome?.side ?? "citizen", welcome?.ice_servers ?? [], {
    send: (signal) => line.send({ type: "signal", call: named(), ...signal }),
    stream: (stream) => stage.play(stream),
    state: draw,
  });
  if (stage.stream) call.send(stage.stream);
}

/** Both pages of a call: what is meant for another one is not for us. */
function named() {
  const loads = [line.load, calledLoad];
  return (welcome?.side === "citizen" ? loads : loads.reverse()).join(":");
}

/** Say what of us can be seen and heard now. */
function changed() {
  if (entered) line.send({ type: "enter", audio: stage.heard, video: stage.seen });
  draw();
}

/** @param {MediaStream | null} stream */
function keep(stream) {
  lobby.remember(stream ? "camera" : "text");
  if (stream && call) call.send(stream);
}

/** @param {{broken: boolean}} news */
function show(news) {
  broken = news.broken;
  draw();
}

/** @param {string} message */
function tell(message) {
  refusal = message;
  draw();
}

async function leave() {
  const side = welcome?.side ?? "citizen";
  if (!(await sure(...LEAVING[side]))) return;
  if (side === "officer") {
    line.send({ type: "hang_up" });
  } else {
    line.send({ type: "leave" });
    end("refused", LEFT, "您已经离开");
  }
}

/** @param {boolean} rated */
function finish(rated) {
  clearTimeout(opening);
  entered = false;
  close();
  document.body.dataset.phase = "done";
  if (welcome?.side === "citizen") {
    if (rated) thank();
    else askForRating((frame) => line.send(frame));
  } else {
    line.stop();
  }
  draw();
}

/**
 * @param {string} phase
 * @param {string} sentence
 * @param {string} [title]
 */
function end(phase, sentence, title) {
  line.stop();
  close();
  entered = false;
  document.body.dataset.phase = phase;
  found("refusal", HTMLElement).textContent = sentence;
  const heading = found("refused-title", HTMLElement);
  if (title) heading.textContent = title;
  heading.focus();
  draw();
}

function close() {
  call?.close();
  call = null;
  calledLoad = undefined;
  lobby.forget();
  stage.close();
}

/** Put on the page what is the case. */
function draw() {
  const { body } = document;
  const over = body.dataset.phase === "done" || body.dataset.phase === "refused";
  if (!over) body.dataset.phase = entered ? "room" : welcome ? "lobby" : "door";
  const side = welcome?.side ?? "citizen";
  lobby.draw(peer);
  stage.draw(curtain(side));
  const said = over ? (body.dataset.phase === "done" && lineDown ? CUT : "") : news(side);
  if (banner.textContent !== said) banner.textContent = said;
  banner.hidden = said === "";
  found("waiting", HTMLElement).hidden = said !== "";
  found("leave-label", HTMLElement).textContent = side === "officer" ? "结束办理" : "离开";
}

/** @param {"citizen" | "officer"} side */
function news(side) {
  const minutes = Math.round((welcome?.call_back_after ?? 0) / 60);
  if (broken) return `断开超过 ${minutes} ${CALL_BACK[side]}`;
  if (lineDown) return CUT;
  if (refusal) return refusal;
  if (entered && welcome?.begun && !peer.here) return AWAY[side];
  if (call && ["failed", "disconnected"].includes(call.state)) return MENDING;
  return "";
}

/** What stands where the other side's picture is not. @param {"citizen" | "officer"} side */
function curtain(side) {
  if (!peer.entered || !call) return WAITING[side];
  if (!peer.audio && !peer.video && !stage.heard && !stage.seen) return WRITING;
  if (call.state !== "connected") return CONNECTING;
  return peer.video ? "" : UNSEEN[side];
}

// Keeps the queue true to what happens elsewhere, without taking anything out of an officer's hands:
// a card that has not changed is not touched, and one being written in is never replaced.

const board = document.querySelector("#board");
const fresh = document.querySelector("#fresh");
const lost = document.querySelector("#lost");
const changed = document.querySelector("#changed");

const isPoll = (event) => event.detail.elt === board;

/* Asking */

let acts = 0; // a poll that an act has overtaken brings old news
let asked = 0;

document.body.addEventListener("htmx:configRequest", (event) => {
  if (!isPoll(event)) return;
  event.detail.headers["If-None-Match"] = board.dataset.tag;
  asked = acts;
});

document.body.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.detail.elt;
  if (isPoll(event)) {
    if (document.hidden) event.preventDefault();
  } else if (form.dataset.sent) {
    event.preventDefault(); // a second click is not a second wish
  } else {
    form.dataset.sent = "yes";
  }
});

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) window.htmx.trigger(board, "refresh");
});

/* Answers; htmx itself swaps nothing on this page */

document.body.addEventListener("htmx:beforeSwap", (event) => {
  event.detail.shouldSwap = false;
});

document.body.addEventListener("htmx:afterRequest", (event) => {
  const { elt, xhr } = event.detail;
  delete elt.dataset.sent;
  if (elt === board) answered(xhr);
  else acted(elt, xhr);
});

function answered(xhr) {
  if (xhr.status === 304) return seen(xhr);
  if (xhr.status !== 200) return warn(xhr);
  if (asked !== acts) return;
  merge(read(xhr), null);
  board.dataset.tag = xhr.getResponseHeader("ETag");
  seen(xhr);
}

function acted(form, xhr) {
  const page = read(xhr);
  if (!page.querySelector("#columns")) return warn(xhr, true);
  acts += 1;
  merge(page, form);
  lost.hidden = true;
  board.dataset.tag = ""; // what it shows was looked up between two polls
}

function read(xhr) {
  return new DOMParser().parseFromString(xhr.responseText || "", "text/html");
}

function seen(xhr) {
  fresh.textContent = `刷新于 ${xhr.getResponseHeader("Desk-Time")}`;
  lost.hidden = true;
}

function warn(xhr, click = false) {
  const since = fresh.textContent.replace("刷新于 ", "");
  const again = click ? "刚才按的没有算数，连上后请再按一次；按过两次也只算一次。" : "正在重试……";
  if (xhr.status === 401) {
    lost.replaceChildren("登录过期了，队列不再刷新。", link("重新登录"));
  } else if (xhr.status === 0 || xhr.status >= 500) {
    say(lost, `连不上工作台，下面是 ${since} 的队列，可能已经变了。${again}`);
  } else {
    lost.replaceChildren("这一页放得太久了。", link("刷新这一页"));
  }
  lost.hidden = false;
}

function say(place, text) {
  if (place.textContent !== text) place.textContent = text; // an alert is read out when it changes
  place.hidden = false;
}

function link(text) {
  const made = document.createElement("a");
  made.href = location.pathname + location.search;
  made.textContent = text;
  return made;
}

/* Putting the new board into the old one, card by card */

/** form: what the officer has just sent; its card is replaced whatever is written in it. */
function merge(page, form) {
  if (page.querySelector("#columns").dataset.shape !== document.querySelector("#columns").dataset.shape) {
    if (![...board.querySelectorAll(".session")].some(busy)) location.reload();
    return;
  }
  const own = form?.closest(".session")?.id;
  const focus = document.activeElement?.id;
  const wanted = new Set([...page.querySelectorAll("[data-list] > li")].map((row) => row.id));
  for (const list of page.querySelectorAll("[data-list]")) {
    arrange(document.getElementById(list.id), [...list.children], own);
  }
  const stuck = [...board.querySelectorAll("[data-list] > li")].filter((row) => !wanted.has(row.id));
  for (const row of stuck) if (!busy(row) || row.id === own) row.remove();
  for (const part of page.querySelectorAll("[data-part]")) {
    const old = document.getElementById(part.id);
    if (form || old.dataset.mark !== part.dataset.mark) put(part, old);
  }
  const held = stuck.some((row) => row.isConnected) || board.querySelector(".outdated") !== null;
  if (held) say(changed, "您正在写的那一位有变化。写的还在，提交时会告诉您现在怎样。");
  else changed.hidden = true;
  if (focus && document.activeElement?.id !== focus) refocus(focus, own);
  if (form) board.querySelector("[role=alert]")?.focus();
}

/** To the same button, or else to the card that it was on. */
function refocus(id, own) {
  const place = document.getElementById(id) ?? document.querySelector(`#${own ?? "none"} a`);
  place?.focus({ preventScroll: true });
}

function arrange(list, rows, own) {
  const still = list.querySelector(":scope > li:focus-within"); // moving it would end what is typed
  const placed = rows.map((row) => {
    const old = document.getElementById(row.id);
    if (!old) return ready(row);
    const same = old.dataset.mark === row.dataset.mark;
    if (busy(old) && row.id !== own) {
      old.classList.toggle("outdated", !same);
      return old;
    }
    if (!same || row.id === own) return put(row, old);
    const wait = old.querySelector("[data-wait]");
    if (wait) wait.replaceChildren(...row.querySelector("[data-wait]").childNodes);
    return old;
  });
  const at = placed.findIndex((row) => row === still);
  placed.forEach((row, n) => {
    if (row === still) return;
    if (n < at) list.insertBefore(row, still);
    else if (list.children[n] !== row || row.parentNode !== list) list.insertBefore(row, list.children[n] ?? null);
  });
}

function put(node, old) {
  const made = document.importNode(node, true);
  old.replaceWith(made);
  window.htmx.process(made);
  return made;
}

function ready(node) {
  const made = document.importNode(node, true);
  queueMicrotask(() => window.htmx.process(made));
  return made;
}

/** Whether somebody writes in a card, or has written what is not sent. */
function busy(row) {
  return typedIn(row) || row.querySelector("textarea:focus") !== null;
}

function typedIn(row) {
  return [...row.querySelectorAll("textarea:not([readonly])")].some((area) => area.value !== area.defaultValue);
}

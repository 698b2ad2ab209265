import { element, icon } from "./elements.js";

/** @import { Article, Card, Decision, Item, Row, Source, Tag, Way } from "./protocol.js" */

/** @type {Record<string, string>} */
const OVERLINE = { matter: "办事指南", statute: "法律条文", quiz: "学法小测" };

/**
 * The card of a decision: what saves a trip first, then what to know, to bring and to do.
 *
 * @param {Decision} decision
 * @returns {HTMLElement | null} null when there is nothing to show
 */
export function card(decision) {
  const { card: shown = {}, sources = [] } = decision;
  const parts = [
    shown.title ? head(decision.kind, shown.title) : null,
    list(shown.articles, articles),
    list(shown.tags, tags),
    list(shown.rows, rows),
    list(shown.checklist, checklist),
    list(shown.steps, steps),
    list(shown.ways, ways),
  ].filter((part) => part !== null);
  const foot = footing(shown, sources);
  if (parts.length === 0) return foot && element("div", { class: "aside" }, foot);
  return element("article", { class: `card card-${decision.kind}` }, ...parts, foot);
}

/**
 * @template T
 * @param {T[] | undefined} items
 * @param {(items: T[]) => HTMLElement} draw
 */
function list(items, draw) {
  return items && items.length > 0 ? draw(items) : null;
}

/**
 * @param {string} kind
 * @param {string} title
 */
function head(kind, title) {
  const over = OVERLINE[kind];
  return element(
    "header",
    {},
    over ? element("p", { class: "over" }, over) : null,
    element("h2", {}, title),
  );
}

/** @param {Article[]} shown in full, for they are what was asked for */
function articles(shown) {
  const texts = shown.map((one) =>
    element(
      "section",
      {},
      element("h3", {}, `《${one.law}》${article(one.article)}`),
      one.since ? element("p", { class: "since" }, one.since) : null,
      element("p", { class: "law" }, one.text),
    ),
  );
  return element("div", { class: "articles" }, ...texts);
}

/** @param {Tag[]} shown */
function tags(shown) {
  const lines = shown.map((tag) =>
    element(
      "li",
      {},
      element("b", {}, tag.label),
      tag.text ? element("span", {}, tag.text) : null,
    ),
  );
  return element("ul", { class: "tags", "aria-label": "能省事的地方" }, ...lines);
}

/** @param {Row[]} shown */
function rows(shown) {
  const pairs = shown.map((row) =>
    element("div", {}, element("dt", {}, row.label), element("dd", {}, row.value)),
  );
  return element("dl", { class: "rows" }, ...pairs);
}

/** @param {Item[]} items */
function checklist(items) {
  const needed = items.filter((item) => !item.waived);
  const ready = element("p", { class: "ready", "aria-live": "off" });
  const boxes = needed.map((item) => tickable(item, count));
  const spared = items.filter((item) => item.waived).map(waived);
  function count() {
    const ticked = boxes.filter((box) => box.querySelector("input")?.checked).length;
    ready.textContent =
      ticked === boxes.length && ticked > 0 ? "都齐了" : `已备好 ${ticked} / ${boxes.length}`;
    ready.classList.toggle("all", ticked === boxes.length);
  }
  count();
  return element(
    "section",
    { class: "checklist" },
    element(
      "div",
      { class: "title" },
      element("h3", {}, "要带的东西"),
      boxes.length > 0 ? ready : null,
    ),
    element("ul", {}, ...boxes, ...spared),
  );
}

/**
 * @param {Item} item
 * @param {() => void} changed
 */
function tickable(item, changed) {
  const box = element("input", { type: "checkbox" });
  box.addEventListener("change", changed);
  return element("li", {}, element("label", {}, box, named(item)));
}

/** @param {Item} item */
function waived(item) {
  return element(
    "li",
    { class: "waived" },
    icon("bloom"),
    named(item),
    element("b", {}, "免提交"),
  );
}

/** @param {Item} item */
function named(item) {
  const detail = item.detail ? element("span", { class: "detail" }, item.detail) : null;
  return element(
    "span",
    { class: "item" },
    element("span", { class: "thing" }, item.name),
    detail,
  );
}

/** @param {string[]} shown */
function steps(shown) {
  const lines = shown.map((step) => element("li", {}, element("span", {}, step)));
  return element(
    "section",
    { class: "steps" },
    element("h3", {}, "怎么办"),
    element("ol", {}, ...lines),
  );
}

/** @param {Way[]} shown */
function ways(shown) {
  const lines = shown.map((way) =>
    element(
      "li",
      {},
      element("b", {}, way.name),
      way.text ? element("span", {}, way.text) : null,
    ),
  );
  return element("ul", { class: "ways" }, ...lines);
}

/**
 * Whom the answer rests on and when it was checked, in small type.
 *
 * @param {Card} shown
 * @param {Source[]} sources
 */
function footing(shown, sources) {
  const days = new Set(
    [shown.checked_on, ...sources.map((source) => source.checked_on)].filter(Boolean),
  );
  const oneDay = days.size === 1;
  const unread = shown.articles ? sources.filter((source) => !source.text) : sources;
  const lines = unread.map((source) => sourced(source, oneDay));
  if (oneDay) lines.push(element("li", {}, `${chineseDay([...days][0])}核对`));
  else if (shown.checked_on) lines.push(element("li", {}, `${chineseDay(shown.checked_on)}核对`));
  if (lines.length === 0 && !shown.notice) return null;
  return element(
    "footer",
    { class: "footing" },
    shown.notice
      ? element("p", { class: "notice" }, icon("notice"), element("span", {}, shown.notice))
      : null,
    lines.length > 0 ? element("ul", { "aria-label": "依据和核对日期" }, ...lines) : null,
  );
}

/**
 * @param {Source} source
 * @param {boolean} undated
 */
function sourced(source, undated) {
  const day = !undated && source.checked_on ? `（${chineseDay(source.checked_on)}核对）` : "";
  if (!source.law)
    return element("li", {}, `来源：${source.office ?? ""}${host(source.url)}${day}`);
  const law = source.law.startsWith("《") ? source.law : `《${source.law}》`;
  const named = `依据：${law}${article(source.article)}${day}`;
  if (!source.text) return element("li", {}, named);
  return element(
    "li",
    { class: "wording" },
    element(
      "details",
      {},
      element("summary", {}, named, element("span", {}, "看原文")),
      element("p", {}, source.text),
    ),
  );
}

/** @param {string | undefined} number `1079` or `17之一` */
function article(number) {
  if (!number) return "";
  const [main, inserted] = number.split("之");
  return `第${main}条${inserted ? `之${inserted}` : ""}`;
}

/** @param {string | undefined} url shown as text: a kiosk leads nowhere else */
function host(url) {
  const name = url?.match(/^https?:\/\/([^/?#]+)/)?.[1];
  return name ? `（${name}）` : "";
}

/** @param {string | undefined} day as 2026-11-23 */
function chineseDay(day) {
  const [, year, month, date] = day?.match(/^(\d{4})-(\d{2})-(\d{2})$/) ?? [];
  return year ? `${year}年${Number(month)}月${Number(date)}日` : (day ?? "");
}

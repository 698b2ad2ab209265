/**
 * What the page and the kiosk channel say to each other: docs/protocol.md, version 1.
 *
 * @typedef {{title: string, payload: string}} Button
 * @typedef {{theme: string, questions: string[], icon?: string | null}} Theme
 * @typedef {{law?: string, article?: string, text?: string, office?: string, url?: string,
 *   checked_on?: string}} Source
 * @typedef {{label: string, text?: string}} Tag
 * @typedef {{label: string, value: string}} Row
 * @typedef {{name: string, detail?: string, waived?: boolean}} Item
 * @typedef {{name: string, text?: string}} Way
 * @typedef {{law: string, article: string, text: string, since?: string}} Article
 * @typedef {{title?: string, articles?: Article[], tags?: Tag[], rows?: Row[], checklist?: Item[],
 *   steps?: string[], ways?: Way[], notice?: string, checked_on?: string}} Card
 * @typedef {{kind: string, reason?: string, id: string | null, score: number | null, sources?: Source[],
 *   revision?: number, card?: Card}} Decision
 * @typedef {{text?: string, buttons?: Button[], custom?: Decision}} Utterance
 *
 * @typedef {{type: "welcome", visit: string, suggestions: Theme[]}} Welcome
 * @typedef {{type: "typing", msg_id: string}} Typing
 * @typedef {{type: "reply", msg_id: string, seq: number, messages: Utterance[]}} Reply
 * @typedef {{type: "error", code: string, message: string, msg_id?: string}} Refusal
 * @typedef {Welcome | Typing | Reply | Refusal | {type: "ended"} | {type: "pong"}} ServerFrame
 */

export const VERSION = 1;

/**
 * What a room's page and its channel say to each other: docs/protocol.md, the room, version 1.
 *
 * @typedef {"citizen" | "officer"} Side
 * @typedef {{type: "peer", here: boolean, entered: boolean, load?: string, audio?: boolean,
 *   video?: boolean}} Peer
 * @typedef {{type: "said", msg_id: string, by: Side, text: string}} Said
 * @typedef {{type: "welcome", side: Side, number: string, matter: string, start: string,
 *   ready: string[], ticked: string[], opens_in: number, begun: boolean, over: boolean, rated: boolean,
 *   recording: null, call_back_after: number, ice_servers: RTCIceServer[], peer: Peer,
 *   said: Said[]}} Welcome
 * @typedef {RTCSessionDescriptionInit & {offer: number}} Description its `offer` says which one an
 *   answer is to
 * @typedef {{call: string, description?: Description,
 *   candidate?: RTCIceCandidateInit, restart?: boolean}} Signal
 * @typedef {{type: "error", code: string, message: string, final: boolean}} Refusal
 * @typedef {Welcome | Peer | Said | Refusal | ({type: "signal"} & Signal) | {type: "broken"} |
 *   {type: "ended"} | {type: "ticked", lines: string[]} | {type: "rated"} | {type: "pong"}} ServerFrame
 */

export const VERSION = 1;

// Keeps the ticks of an open packet true; what cannot be fetched leaves them as they were, with
// the time they are from.

const ticks = document.querySelector("#ticks");

document.body.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden) event.preventDefault();
});

document.body.addEventListener("htmx:beforeSwap", (event) => {
  event.detail.shouldSwap = event.detail.xhr.status === 200;
});

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) window.htmx.trigger(ticks, "refresh");
});

// What the pages can do beyond links and forms. Without it everything still works, a row at a time.

const editor = document.querySelector("#editor");

/* Rows: add, move, take away */

let made = 0;

const rowsOf = (fieldset) => fieldset.querySelector(".row-list");

function showTools(place) {
  place.querySelectorAll("[data-add], [data-up], [data-down], [data-remove]").forEach((button) => {
    button.hidden = false;
  });
}

function addRow(fieldset) {
  const html = fieldset.querySelector("template").innerHTML.replaceAll("__key__", `new${made++}`);
  rowsOf(fieldset).insertAdjacentHTML("beforeend", html);
  const row = rowsOf(fieldset).lastElementChild;
  showTools(row);
  row.querySelector("input, select, textarea").focus();
}

function moveRow(row, button) {
  const other = button.matches("[data-up]") ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return;
  if (button.matches("[data-up]")) other.before(row);
  else other.after(row);
  button.focus();
}

function removeRow(row) {
  const next = row.nextElementSibling || row.previousElementSibling;
  const fieldset = row.closest("[data-rows]");
  row.remove();
  (next?.querySelector("[data-remove]") || fieldset.querySelector("[data-add]")).focus();
}

editor?.addEventListener("click", (event) => {
  const button = event.target.closest("button[type=button]");
  if (!button) return;
  const row = button.closest("[data-row]");
  if (button.matches("[data-add]")) addRow(button.closest("[data-rows]"));
  else if (button.matches("[data-remove]")) removeRow(row);
  else if (row) moveRow(row, button);
  editor.dispatchEvent(new Event("change", { bubbles: true }));
});

if (editor) showTools(editor);

/* How many characters an answer has: counted as the server counts */

function count(area) {
  const counter = area.closest(".field").querySelector(".counter");
  const length = [...area.value.trim()].length;
  counter.querySelector("span").textContent = length;
  counter.classList.toggle("over", length > Number(area.dataset.limit));
}

document.querySelectorAll("[data-limit]").forEach((area) => {
  area.addEventListener("input", () => count(area));
  count(area);
});

/* Nothing typed is lost without a word */

let unsaved = document.querySelector("#errors, .conflict") !== null;

editor?.addEventListener("change", () => note());
editor?.addEventListener("input", () => note());

function note() {
  unsaved = true;
  document.querySelector("#unsaved").textContent = "有改动还没有存";
}

editor?.addEventListener("submit", (event) => {
  if (editor.dataset.sent) return event.preventDefault(); // a second click is not a second wish
  editor.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
  unsaved = false;
});

window.addEventListener("pageshow", () => {
  if (editor) delete editor.dataset.sent;
});

window.addEventListener("beforeunload", (event) => {
  if (unsaved) event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  if (editor && (event.ctrlKey || event.metaKey) && event.key === "s") {
    event.preventDefault();
    editor.requestSubmit(editor.querySelector("button[value=draft]"));
  }
});

/* After sending: to what is wrong; and a reload says nothing twice */

document.querySelector("#errors")?.focus();

document.querySelector("#errors")?.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (!field) return;
  event.preventDefault();
  field.closest("details")?.setAttribute("open", "");
  field.focus();
  field.scrollIntoView({ block: "center" });
});

if (new URLSearchParams(location.search).has("done")) {
  history.replaceState(null, "", location.pathname);
}

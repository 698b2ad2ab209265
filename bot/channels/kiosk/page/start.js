import { button, element, icon } from "./elements.js";

/** @import { Theme } from "./protocol.js" */

const ICONS = new Set(["home", "heart", "shop", "family", "school", "law", "work"]);

/**
 * Questions to start from, by theme.
 *
 * @param {Theme[]} themes
 * @param {(question: string) => void} ask
 * @returns {HTMLElement[]}
 */
export function questions(themes, ask) {
  return themes.map(({ theme, questions, icon: name }) =>
    element(
      "section",
      { class: "theme" },
      element("h2", {}, icon(name && ICONS.has(name) ? name : "bloom"), theme),
      element(
        "ul",
        {},
        ...questions.map((question) =>
          element(
            "li",
            {},
            button(question, () => ask(question), "question"),
          ),
        ),
      ),
    ),
  );
}

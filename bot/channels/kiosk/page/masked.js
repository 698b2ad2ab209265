const DIGIT = "[0-9０-９]";
const GAP = "[\\s\\-—–.·]?";
const NUMBER = new RegExp(`${DIGIT}(?:${GAP}${DIGIT}){10,18}[Xx]?`, "gu");
const MOBILE = 11;

/**
 * The citizen's words as the screen shows them: whoever stands behind reads no number of theirs.
 * 小福 gets the whole words; she masks them before anything is kept.
 *
 * @param {string} words
 */
export function masked(words) {
  return words.replace(NUMBER, (number) => {
    const digits = number.normalize("NFKC").replace(/\D/g, "");
    return digits.length === MOBILE
      ? `${digits.slice(0, 3)}****${digits.slice(-4)}`
      : "〔号码〕";
  });
}

// A list of reviews of which one may be open; see ui/reading.py.
//
// What it does not know: what a review is, and where the next page comes from. What it guarantees: text is only ever
// put in as text; what the keyboard was on stays under it when the list is drawn anew.

const element = (tag, css, ...content) => {
  const made = document.createElement(tag)
  if (css) made.className = css
  made.append(...content)
  return made
}

/** Pieces of text, those that were looked for marked. */
const pieces = (parts) => parts.map(([text, hit]) => (hit ? element("mark", "", text) : text))

function head(item, open, component, data) {
  const dot = element("i", "sb-reading-dot")
  dot.style.background = item.colour
  const label = element("span", "sb-reading-label", dot, item.label)
  const words = element("span", "sb-reading-words", ...(item.empty ? [element("em", "", item.empty)] : open ? [] : pieces(item.parts)))
  words.dir = "auto"
  const length = element("span", "sb-reading-length", item.length)
  if (data.fixed) return element("div", "sb-reading-head", label, words, length)
  const button = element("button", "sb-reading-head", label, words, length)
  button.type = "button"
  button.dataset.row = item.row
  button.setAttribute("aria-expanded", String(open))
  button.onclick = () => component.setTriggerValue("open", item.row)
  return button
}

function whole(found) {
  const text = element("div", "sb-reading-text", ...pieces(found.parts))
  text.dir = "auto"
  const cells = element("dl", "sb-reading-cells")
  for (const [name, cell] of found.cells) {
    const value = element("dd", "", cell || "–")
    value.dir = "auto"
    cells.append(element("dt", "", name), value)
  }
  const made = element("div", "sb-reading-whole", text, cells)
  if (found.note) made.append(element("p", "sb-sentence", found.note))
  made.append(element("code", "sb-reading-place", found.place))
  return made
}

export default function (component) {
  const { data, parentElement } = component
  const list = parentElement.querySelector(".sb-reading")
  const root = list.getRootNode()
  const focused = list.contains(root.activeElement) ? root.activeElement.dataset.row : null
  list.setAttribute("aria-label", data.label)
  list.replaceChildren(
    ...data.rows.map((item) => {
      const open = data.open?.row === item.row
      const made = element("li", open ? "sb-reading-open" : "", head(item, open, component, data))
      if (open) made.append(whole(data.open))
      return made
    }),
  )
  // The first drawing of a page has nothing to bring into sight.
  const before = list.dataset.seek
  list.dataset.seek = data.seek ?? 0
  if (before !== undefined && data.seek && before !== String(data.seek)) {
    const card = list.closest(".st-key-card-explore") ?? list
    card.scrollIntoView({ block: "start", behavior: "auto" })
  }
  if (focused !== null) list.querySelector(`button[data-row="${focused}"]`)?.focus()
}

// Three radio buttons that write Streamlit's own choice of theme; see theme_choice.py.

// Streamlit 1.67 keeps JSON text under this name, one for each path that a visit may begin at.
const keyOf = (path) => `stActiveTheme-${path}-v2`

/** The folder that all pages lie in: the address of this page without its own last part. */
const basePath = (paths) => {
  const here = window.location.pathname
  const own = paths.find((path) => path && here.endsWith(`/${path}`))
  return own ? here.slice(0, -own.length) : here
}

function chosen(path) {
  try {
    return JSON.parse(localStorage.getItem(keyOf(path))) ?? "System"
  } catch {
    return "System"
  }
}

function choose(theme, paths) {
  const base = basePath(paths)
  for (const path of paths) localStorage.setItem(keyOf(base + path), JSON.stringify(theme))
  window.location.reload()
}

export default function ({ data, parentElement }) {
  const place = parentElement.querySelector(".sb-theme")
  const legend = document.createElement("legend")
  legend.textContent = data.legend
  const now = chosen(basePath(data.paths) + data.paths[data.paths.length - 1])
  const options = Object.entries(data.choices).map(([theme, words]) => {
    const label = document.createElement("label")
    const radio = Object.assign(document.createElement("input"), { type: "radio", name: "sb-theme", value: theme })
    radio.checked = theme === now
    radio.onchange = () => choose(theme, data.paths)
    label.append(radio, words)
    return label
  })
  place.replaceChildren(legend, ...options)
}

// A line of words for each class; see ui/typical_words.py. Each word is a button that tells which it is.

export default function ({ data, parentElement, setTriggerValue }) {
  const list = parentElement.querySelector(".sb-typical")
  list.replaceChildren(
    ...data.classes.flatMap((line) => {
      const name = document.createElement("dt")
      const dot = name.appendChild(document.createElement("i"))
      dot.className = "sb-reading-dot"
      dot.style.background = line.colour
      name.append(line.label)
      const words = document.createElement("dd")
      words.style.setProperty("--sb-class", line.colour)
      for (const { word, title } of line.words) {
        const button = words.appendChild(document.createElement("button"))
        button.type = "button"
        button.dir = "auto"
        button.textContent = word
        button.title = title
        button.setAttribute("aria-label", `${word}: ${title}`)
        button.onclick = () => setTriggerValue("word", word)
      }
      if (!line.words.length) words.append("–")
      return [name, words]
    }),
  )
}

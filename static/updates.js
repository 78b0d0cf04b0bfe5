// Brings a live page up to date: pieces of HTML, points for charts, the tab's title, word of an ending; see ui/updates.py.
//
// What it does not know: runs and pages. What it guarantees: what stands already is not touched; the title that Streamlit
// sets is never lost, only preceded by the progress; each ending is told once a window; permission is asked for only
// after a click of the user's.

const state = (window.__starboardCompanion ??= { progress: "", base: "", applied: "", told: new Set() })
const NOTES_HZ = [660, 880]
const NOTE_SECONDS = 0.18

/** The title that Streamlit wants stands in `base`; ours adds the progress. */
function retitle() {
  if (document.title !== state.applied) state.base = document.title
  const wanted = state.progress ? `${state.progress} · ${state.base}` : state.base
  state.applied = wanted
  if (document.title !== wanted) document.title = wanted
}

/** Streamlit sets the title anew at every run of a page. */
function watchTitle() {
  if (state.observer) return
  state.observer = new MutationObserver(retitle)
  state.observer.observe(document.head, { childList: true, subtree: true, characterData: true })
}

function tell(data, place) {
  const ended = data.ended
  if (!ended || state.told.has(ended.id)) return
  state.told.add(ended.id)
  place.textContent = `${ended.title}. ${ended.words}`
  if (data.sound) chime()
  if (data.notify && window.Notification?.permission === "granted" && document.hidden) {
    // The tag lets several tabs show one notification.
    const shown = new Notification(ended.title, { body: ended.words, tag: ended.id })
    shown.onclick = () => (window.focus(), shown.close())
  }
}

/** Two rising notes; silent where the browser wants a click first. */
function chime() {
  const Audio = window.AudioContext ?? window.webkitAudioContext
  if (!Audio) return
  const audio = (state.audio ??= new Audio())
  NOTES_HZ.forEach((hertz, index) => {
    const [tone, volume] = [audio.createOscillator(), audio.createGain()]
    const begin = audio.currentTime + index * NOTE_SECONDS
    tone.frequency.value = hertz
    volume.gain.setValueAtTime(0.12, begin)
    volume.gain.exponentialRampToValueAtTime(0.001, begin + 2 * NOTE_SECONDS)
    tone.connect(volume).connect(audio.destination)
    tone.start(begin)
    tone.stop(begin + 2 * NOTE_SECONDS)
  })
}

function askAtNextClick() {
  if (state.asking || window.Notification?.permission !== "default") return
  state.asking = true
  window.addEventListener("click", () => window.Notification.requestPermission(), { once: true })
}

/** Puts new HTML into its places. Streamlit replaces them only when the page around is drawn with other words. */
function replace(pieces) {
  for (const [name, html] of Object.entries(pieces)) {
    for (const place of document.querySelectorAll(`[data-piece="${name}"]`)) {
      if (place.starboardHtml !== html) place.innerHTML = html
      place.starboardHtml = html
    }
  }
}

/** The line of `ui.illustrations.sparkline`, drawn from its numbers: as HTML it would be most of a tick. */
function drawSpark({ label, values }) {
  const place = document.querySelector('[data-piece="spark"]')
  if (!place || values.length < 2) return
  const picture = place.querySelector(".sb-spark") ?? place.appendChild(newSpark())
  picture.setAttribute("aria-label", label)
  const top = (value, pixels) => `calc(${100 - value}% + ${(pixels - (2 * (100 - value)) / 100).toFixed(2)}px)`
  const line = (pixels) => values.map((value, i) => `${((100 * i) / (values.length - 1)).toFixed(1)}% ${top(value, pixels)}`)
  picture.querySelector(".sb-pic-area").style.clipPath = `polygon(${line(0)}, 100% 100%, 0% 100%)`
  picture.querySelector(".sb-pic-line").style.clipPath = `polygon(${line(0)}, ${line(2).reverse()})`
}

function newSpark() {
  const picture = Object.assign(document.createElement("div"), { className: "sb-spark" })
  picture.setAttribute("role", "img")
  for (const part of ["area", "line"]) {
    picture.append(Object.assign(document.createElement("i"), { className: `sb-pic-${part}` }))
  }
  return picture
}

export default function ({ data, parentElement }) {
  const tick = JSON.parse(new TextDecoder().decode(data))
  state.progress = tick.progress
  watchTitle()
  retitle()
  tell(tick, parentElement.querySelector(".sb-companion"))
  if (tick.notify) askAtNextClick()
  if (tick.pieces) replace(tick.pieces)
  if (tick.spark) drawSpark(tick.spark)
  if (tick.feed) window.__starboardFeed?.(tick.feed)
}

// Keeps the tab's title and tells when a run has ended; see companion.py.
//
// What it does not know: runs and pages. What it guarantees: the title that Streamlit sets is never lost, only preceded
// by the progress; each ending is told once a window; permission is asked for only after a click of the user's.

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

export default function ({ data, parentElement }) {
  state.progress = data.progress
  watchTitle()
  retitle()
  tell(data, parentElement.querySelector(".sb-companion"))
  if (data.notify) askAtNextClick()
}

// Draws one chart that grows. Python sends only new points (see ui/live_chart.py); this file keeps the rest.
// They come in a feed, with the component's own data or for all charts of a stream at once (see ui/updates.py).
//
// What it does not know: runs, epochs, why points arrive. What it guarantees: the plot's DOM node lives as long as the
// component, so zoom and hover survive every tick; a point is drawn once, whatever is sent twice; a gap is noticed and
// asked for once; hidden curves stay hidden. Streamlit may still rebuild the component, when a full rerun meets a tick
// or when the user leaves the page and returns: what the user did to the view is therefore kept beside the points.

const RESYNC_AGAIN_MS = 5000
const LOAD_AGAIN_MS = 15000
const UNMOUNT_AFTER_MS = 200
const STREAMS_KEPT = 24
const MOST_POINTS = 4000 // of one curve; then everything is asked for again, and comes thinned
const NEAR = "10%" // of the page's height: how far out of sight a chart is drawn
const WHOLE_AGAIN_MS = 30_000 // until a chart whose lines were only lengthened is drawn as a whole

const plotlyBySource = (window.__starboardPlotly ??= new Map())
const streams = (window.__starboardStreams ??= new Map())
const views = (window.__starboardViews ??= new Map())
const charts = new WeakMap()
const mounted = new Set()

/** Loads plotly.js once a page; every chart waits on the same promise. A failure may be tried again. */
function loadPlotly(src) {
  if (!plotlyBySource.has(src)) {
    const loading = new Promise((resolve, reject) => {
      const script = document.createElement("script")
      script.src = src
      script.onload = () => (window.Plotly ? resolve(window.Plotly) : reject(new Error("no Plotly")))
      script.onerror = () => {
        script.remove()
        reject(new Error(`could not load ${src}`))
      }
      document.head.appendChild(script)
    })
    loading.catch(() => plotlyBySource.delete(src))
    plotlyBySource.set(src, loading)
  }
  return plotlyBySource.get(src)
}

/** What is known of one stream: its points by role, and the last id seen. The oldest streams are dropped. */
function streamOf(data) {
  const name = `${data.key}\n${data.stream}`
  const stream = streams.get(name) ?? { last: 0, series: {}, askedAt: 0 }
  streams.delete(name)
  streams.set(name, stream)
  while (streams.size > STREAMS_KEPT) streams.delete(streams.keys().next().value)
  return stream
}

/** What the user did to the chart with this key: hidden curves, and the zoom until the stream changes. */
function viewOf(data) {
  const view = views.get(data.key) ?? { hidden: new Set(), resets: 0 }
  views.set(data.key, view)
  if (view.stream !== data.stream) Object.assign(view, { stream: data.stream, x: null, y: null })
  return view
}

/** Takes a feed in; asks for everything when points are missing between what is here and what was sent, or are many. */
function take(chart, feed) {
  const { data, stream } = chart
  data.now = feed.now
  if (feed.base === 0) {
    stream.series = {}
    stream.last = 0
  } else if (feed.base > stream.last) {
    return askForEverything(chart)
  }
  for (const { role } of data.roles) append((stream.series[role] ??= emptySeries()), feed.points[role], data.column)
  stream.last = Math.max(stream.last, feed.last)
  if (isCrowded(stream)) askForEverything(chart)
}

/** Takes a feed in for every chart of its stream, and draws those for which something is new. */
window.__starboardFeed = (feed) => {
  for (const chart of mounted) {
    const { data, stream } = chart
    if (data.stream !== feed.stream) continue
    const before = { last: stream.last, now: data.now }
    take(chart, feed)
    if (stream.last !== before.last || data.now !== before.now) drawSoon(chart)
  }
}

const isCrowded = (stream) => Object.values(stream.series).some((series) => series.id.length > MOST_POINTS)

/**
 * Once a frame at most. A tab that nobody sees has no frames, and a chart that is scrolled away does without: both draw
 * when they are seen again.
 */
function drawSoon(chart) {
  chart.due ??= requestAnimationFrame(() => {
    chart.due = null
    if (chart.away) chart.stale = true
    else if (!lengthen(chart)) draw(chart)
  })
}

/** Follows whether the chart is on the screen, or close. */
function watchPlace(chart) {
  const observer = new IntersectionObserver(
    (entries) => {
      chart.away = !entries[entries.length - 1].isIntersecting
      if (!chart.away && chart.stale) drawSoon(chart)
    },
    { scrollMargin: NEAR },
  )
  observer.observe(chart.host)
  return observer
}

const emptySeries = () => ({ id: [], x: [], y: [] })

/** Adds the points that have a value and are not here yet. */
function append(series, points, column) {
  let last = series.id.length ? series.id[series.id.length - 1] : -Infinity
  const values = points?.[column] ?? []
  values.forEach((value, i) => {
    const id = points.id[i]
    if (value === null || id <= last) return
    series.id.push(id)
    series.x.push(points.x[i])
    series.y.push(value)
    last = id
  })
}

/** Exponential moving average, debiased: the first values are not pulled towards zero. `past` is the weight of the past. */
function smoothed(values, past) {
  let mean = 0
  let weight = 0
  return values.map((value) => {
    mean = past * mean + (1 - past) * value
    weight = past * weight + (1 - past)
    return mean / weight
  })
}

/** The theme's colours as Plotly understands them; `light-dark()` is resolved by the browser. */
function colours(host) {
  const probe = host.appendChild(document.createElement("span"))
  probe.hidden = true
  const read = (variable) => {
    probe.style.color = `var(${variable})`
    return getComputedStyle(probe).color
  }
  const names = ["card", "hairline", "ink", "secondary", "accent", "train"]
  const found = Object.fromEntries(names.map((name) => [name, read(`--sb-${name}`)]))
  probe.remove()
  const palette = getComputedStyle(host).getPropertyValue("--st-chart-categorical-colors").split(",")
  found.palette = palette.map((colour) => colour.trim()).filter(Boolean)
  found.font = getComputedStyle(host).fontFamily
  return found
}

function colourOf(role, index, look) {
  if (role === "train") return look.train
  if (role === "eval") return look.accent
  return look.palette[(index + 2) % look.palette.length] ?? look.ink
}

function percentScale(data) {
  const isPercent = data.y_format.endsWith("%")
  return {
    factor: isPercent ? 100 : 1,
    format: isPercent ? data.y_format.slice(0, -1) + "f" : data.y_format,
    suffix: isPercent ? data.words.percent : "",
    hover: isPercent ? ".1f" : ".3f",
  }
}

function traces(chart, look) {
  const { data, stream, view } = chart
  const scale = percentScale(data)
  return data.roles.flatMap((role, index) => {
    const points = stream.series[role.role] ?? emptySeries()
    const colour = colourOf(role.role, index, look)
    const y = scale.factor === 1 ? points.y : points.y.map((value) => value * scale.factor)
    const common = {
      type: "scatter",
      name: role.name,
      visible: !view.hidden.has(role.role),
      showlegend: false,
      x: points.x.slice(),
      hovertemplate: `%{y:${scale.hover}}${scale.suffix}`,
    }
    if (role.kind === "dots") return [dots(common, role, y, colour, look)]
    return lines(common, role, y, colour, data.smoothing)
  })
}

function dots(common, role, y, colour, look) {
  const marker = { color: colour, size: 9, line: { color: look.card, width: 1.5 } }
  return {
    ...common,
    uid: role.role,
    y: y.slice(),
    mode: "lines+markers",
    line: { color: colour, width: 2.25 },
    marker,
    cliponaxis: false,
  }
}

function lines(common, role, y, colour, smoothing) {
  const line = { ...common, uid: role.role, y: role.smooth ? smoothed(y, smoothing) : y.slice(), mode: "lines" }
  line.line = { color: colour, width: role.smooth ? 2.25 : 1.75 }
  if (!role.smooth) return [line]
  const faint = { ...common, uid: `${role.role}-raw`, y: y.slice(), mode: "lines", hoverinfo: "skip", opacity: 0.4 }
  faint.hovertemplate = undefined
  faint.line = { color: colour, width: 1 }
  return [faint, line]
}

function layout(chart, look) {
  const { data, view } = chart
  const scale = percentScale(data)
  const zoom = `${data.stream}:${view.resets}`
  const tick = { family: look.font, size: 11.5, color: look.secondary }
  const margin = data.x_max === null ? 0 : data.x_max * 0.012
  return {
    uirevision: data.stream,
    height: data.height,
    autosize: true,
    margin: { l: data.y_title ? 56 : 44, r: 12, t: 10, b: 28 },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: look.font, size: 12, color: look.ink },
    showlegend: false,
    hovermode: "x unified",
    hoverlabel: { bgcolor: look.card, bordercolor: look.hairline, font: { family: look.font, size: 12, color: look.ink } },
    dragmode: matchMedia("(pointer: coarse)").matches ? false : "zoom",
    xaxis: {
      uirevision: zoom,
      range: view.x?.slice() ?? (data.x_max === null ? undefined : [-margin, data.x_max + margin]),
      autorange: !view.x && data.x_max === null,
      nticks: data.x_max === null ? 6 : Math.min(8, Math.max(3, Math.ceil(data.x_max) + 2)),
      showgrid: false,
      zeroline: false,
      tickfont: tick,
      tickprefix: data.x_title ? `${data.x_title} ` : "",
      showtickprefix: "first",
      ticklabelstandoff: 4,
      hoverformat: ".2f",
    },
    yaxis: {
      uirevision: zoom,
      range: view.y?.slice(),
      autorange: !view.y,
      title: data.y_title ? { text: data.y_title, font: tick } : undefined,
      rangemode: data.y_zero ? "tozero" : "normal",
      nticks: 6,
      gridcolor: look.hairline,
      zeroline: false,
      tickfont: tick,
      tickformat: scale.format,
      ticksuffix: scale.suffix,
    },
    shapes: nowLine(data, look),
    modebar: { bgcolor: "rgba(0,0,0,0)", color: look.secondary, activecolor: look.accent },
  }
}

function nowLine(data, look) {
  if (data.now === null) return []
  const line = { color: look.secondary, width: 1.25, dash: "2.5px,2.5px" }
  return [{ type: "line", x0: data.now, x1: data.now, y0: 0, y1: 1, yref: "paper", layer: "above", line }]
}

/** Made once a chart: Plotly starts over when it is given another one. */
function config(chart) {
  const icon = chart.plotly.Icons.home
  const whole = { name: "whole", title: chart.data.words.whole, icon, click: () => showWhole(chart) }
  return {
    displaylogo: false,
    responsive: false,
    scrollZoom: false,
    doubleClick: false,
    modeBarButtons: [["toImage", whole]],
  }
}

/** Ends the zoom, and lets Plotly forget it as well. */
function showWhole(chart) {
  Object.assign(chart.view, { x: null, y: null, resets: chart.view.resets + 1 })
  draw(chart)
}

function rememberZoom(view, change) {
  for (const axis of ["x", "y"]) {
    const [low, high] = [change[`${axis}axis.range[0]`], change[`${axis}axis.range[1]`]]
    if (low !== undefined && high !== undefined) view[axis] = [low, high]
  }
}

/** The component's own nodes, built once: title and legend on one line, the plot below. */
function build(parent) {
  const host = parent.querySelector(".sb-live-chart")
  const head = host.appendChild(document.createElement("div"))
  head.className = "sb-live-head"
  const title = head.appendChild(document.createElement("h2"))
  const legend = head.appendChild(document.createElement("div"))
  legend.className = "sb-legend"
  const plot = host.appendChild(document.createElement("div"))
  plot.className = "sb-live-plot"
  plot.setAttribute("role", "figure")
  const note = plot.appendChild(document.createElement("div"))
  note.className = "sb-live-note"
  return { host, title, legend, plot, note, plotly: null, observer: null }
}

/** Legend entries are buttons, so the keyboard reaches them; one press hides its curve, the next shows it. */
function drawLegend(chart, look) {
  const { data, legend } = chart
  const wanted = data.roles.map((role) => role.role).join("\n")
  if (legend.dataset.roles !== wanted) {
    legend.replaceChildren(...data.roles.map((role) => legendButton(chart, role)))
    legend.dataset.roles = wanted
  }
  data.roles.forEach((role, index) => {
    const button = legend.children[index]
    button.lastChild.textContent = role.name
    button.firstChild.style.background = colourOf(role.role, index, look)
    button.setAttribute("aria-pressed", String(!chart.view.hidden.has(role.role)))
  })
}

function legendButton(chart, role) {
  const button = document.createElement("button")
  button.type = "button"
  button.dataset.role = role.role
  button.append(document.createElement("i"), document.createElement("span"))
  button.onclick = () => {
    const { hidden } = chart.view
    if (!hidden.delete(role.role)) hidden.add(role.role)
    draw(chart)
  }
  return button
}

function draw(chart) {
  if (chart.gone) return
  chart.stale = chart.behind = false
  const { data, plot, title } = chart
  const look = (chart.look ??= colours(chart.host))
  title.textContent = data.title
  title.hidden = !data.title
  plot.setAttribute("aria-label", data.alt)
  plot.style.height = `${data.height}px`
  drawLegend(chart, look)
  if (!chart.plotly) return
  chart.drawing = chart.plotly.react(plot, traces(chart, look), layout(chart, look), (chart.config ??= config(chart)))
  if (!chart.listening) listen(chart)
  chart.drawn = { now: data.now, until: performance.now() + WHOLE_AGAIN_MS, shape: shapeOf(chart) }
  countDrawn(chart)
}

function countDrawn({ plot, stream }) {
  plot.dataset.last = stream.last
  plot.dataset.points = Object.values(stream.series).reduce((sum, series) => sum + series.id.length, 0)
}

/** What a chart has besides lines: how many dots a curve, and whether a line says "here". */
function shapeOf({ data, stream }) {
  const dots = data.roles.map(({ role, kind }) => (kind === "dots" ? (stream.series[role]?.id.length ?? 0) : "line"))
  return [...dots, data.now === null].join()
}

/**
 * Draws the longer lines into the picture that Plotly made, and moves the line that says "here": drawing the whole chart
 * takes many times as long. Answers false when more than that has changed, or when the pointer is there and wants the
 * values. Plotly learns of the points when the chart is next drawn whole, at the latest when the pointer comes.
 */
function lengthen(chart) {
  const { data, drawn, plot, view } = chart
  if (!drawn || performance.now() > drawn.until || view.x || view.y || data.x_max === null) return false
  if (plot.matches(":hover") || drawn.shape !== shapeOf(chart)) return false
  const { xaxis, yaxis } = plot._fullLayout // not public, but pinned; the public ways draw everything
  const lines = traces(chart, chart.look).filter((trace) => trace.visible && !trace.marker)
  const paths = lines.map(({ uid }) => plot.querySelectorAll(`.trace${CSS.escape(uid)} .js-line`))
  const fits = ({ x, y }) => x.every((value) => within(xaxis, value)) && y.every((value) => within(yaxis, value))
  if (!lines.every(fits) || paths.some((found) => found.length !== 1)) return false
  lines.forEach(({ x, y }, index) => {
    const points = x.map((value, i) => `${xaxis.c2p(value).toFixed(2)},${yaxis.c2p(y[i]).toFixed(2)}`)
    paths[index][0].setAttribute("d", `M${points.join("L")}`)
  })
  const moved = data.now === null ? 0 : xaxis.c2p(data.now) - xaxis.c2p(drawn.now)
  plot.querySelector(".layer-above .shapelayer path")?.setAttribute("transform", `translate(${moved.toFixed(2)},0)`)
  chart.behind = true
  countDrawn(chart)
  return true
}

/** Whether a value has a place in the picture. */
function within({ range: [low, high] }, value) {
  return value >= low && value <= high
}

function listen(chart) {
  chart.listening = true
  chart.plot.on("plotly_relayout", (change) => rememberZoom(chart.view, change))
  chart.plot.on("plotly_doubleclick", () => showWhole(chart))
  chart.plot.addEventListener("pointerenter", () => chart.behind && draw(chart))
}

/** Shows a quiet placeholder until plotly.js is here, then draws; says so when it cannot be had. */
function whenLoaded(chart) {
  if (chart.plotly || chart.loading || Date.now() - (chart.failedAt ?? 0) < LOAD_AGAIN_MS) return
  chart.loading = true
  chart.note.textContent ||= chart.data.words.loading
  loadPlotly(chart.data.src)
    .then((plotly) => {
      if (chart.gone) return
      chart.note.remove()
      chart.plotly = plotly
      draw(chart)
      chart.observer = new ResizeObserver(() => requestAnimationFrame(() => resize(chart)))
      chart.observer.observe(chart.host)
    })
    .catch(() => {
      chart.failedAt = Date.now()
      chart.note.textContent = chart.data.words.failed
      chart.note.classList.add("sb-live-failed")
    })
    .finally(() => (chart.loading = false))
}

function resize(chart) {
  const width = chart.host.clientWidth
  if (chart.gone || width === 0 || width === chart.width) return
  chart.width = width
  chart.plotly.Plots.resize(chart.plot)
}

function askForEverything(chart) {
  const now = Date.now()
  if (now - chart.stream.askedAt < RESYNC_AGAIN_MS) return
  chart.stream.askedAt = now
  chart.plot.dataset.resyncs = Number(chart.plot.dataset.resyncs ?? 0) + 1
  chart.setTriggerValue("resync", now)
}

export default function (component) {
  const { data: sent, parentElement, setTriggerValue } = component
  const { feed, ...look } = sent
  // Fed later on, so not Streamlit's own object.
  const data = { ...look, stream: feed.stream }
  const chart = chartIn(parentElement)
  // The theme may have changed.
  Object.assign(chart, { data, setTriggerValue, look: null, stream: streamOf(data), view: viewOf(data) })
  if (feed.base === 0) chart.stream.askedAt = 0
  take(chart, feed)
  draw(chart)
  whenLoaded(chart)
  const turn = (chart.turn = (chart.turn ?? 0) + 1)
  // Streamlit also cleans up after a call that newer data overtook; only when no newer call follows is it the end.
  return () => setTimeout(() => chart.turn === turn && takeDown(chart, parentElement), UNMOUNT_AFTER_MS)
}

/** The chart drawn in this place; a new one at first, or when Streamlit put fresh markup there. */
function chartIn(parentElement) {
  const found = charts.get(parentElement)
  if (found && parentElement.contains(found.host)) return found
  if (found) takeDown(found, parentElement)
  const chart = build(parentElement)
  chart.places = watchPlace(chart)
  charts.set(parentElement, chart)
  mounted.add(chart)
  return chart
}

/** Leaves nothing behind, so that a chart built in the same place again is the only one. */
function takeDown(chart, parentElement) {
  chart.gone = true
  charts.delete(parentElement)
  mounted.delete(chart)
  chart.observer?.disconnect()
  chart.places.disconnect()
  chart.host.replaceChildren()
  // Plotly finishes a drawing later: purging before that makes it stumble.
  Promise.resolve(chart.drawing).finally(() => chart.plotly?.purge(chart.plot))
}

// The map of the reviews: one point a review, a colour a class; see ui/explore_map.py.
//
// What it does not know: what a point stands for beyond its row and words. What it guarantees: the plot's node lives as
// long as the component, so zoom and hidden classes survive a click.

const plotlyBySource = (window.__starboardPlotly ??= new Map())
const maps = new WeakMap()

/** Loads plotly.js once a page; the live charts wait on the same promise. */
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

/** The theme's colours as Plotly understands them; `light-dark()` is resolved by the browser. */
function colours(host) {
  const probe = host.appendChild(document.createElement("span"))
  probe.hidden = true
  const read = (variable) => {
    probe.style.color = `var(${variable})`
    return getComputedStyle(probe).color
  }
  const found = Object.fromEntries(["card", "hairline", "ink", "secondary", "accent"].map((name) => [name, read(`--sb-${name}`)]))
  probe.remove()
  return { ...found, font: getComputedStyle(host).fontFamily }
}

function traces(data, look) {
  return data.series.map((series) => ({
    // Not WebGL: what draws it there makes its code as it goes, which the page's policy forbids.
    type: "scatter",
    mode: "markers",
    name: series.name,
    x: series.x,
    y: series.y,
    customdata: series.row,
    text: series.text,
    hovertemplate: "<b>%{fullData.name}</b><br>%{text}<extra></extra>",
    marker: {
      color: series.colour || look.hairline,
      size: data.series.reduce((sum, each) => sum + each.x.length, 0) > 1500 ? 5 : 7,
      opacity: 0.8,
      line: { width: 0 },
    },
  }))
}

function layout(data, look) {
  const axis = { visible: false, fixedrange: false }
  return {
    uirevision: "map",
    height: data.height,
    autosize: true,
    margin: { l: 0, r: 0, t: 8, b: 8 },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: look.font, size: 12, color: look.ink },
    hovermode: "closest",
    hoverlabel: { bgcolor: look.card, bordercolor: look.hairline, align: "left", font: { family: look.font, size: 12, color: look.ink } },
    showlegend: true,
    legend: { orientation: "h", x: 0, y: 0, yanchor: "top", itemsizing: "constant", font: { color: look.secondary } },
    dragmode: matchMedia("(pointer: coarse)").matches ? false : "zoom",
    xaxis: axis,
    yaxis: axis,
    modebar: { bgcolor: "rgba(0,0,0,0)", color: look.secondary, activecolor: look.accent },
  }
}

async function draw(map, data) {
  const plotly = await loadPlotly(data.src)
  if (map.gone) return
  map.plotly = plotly
  const look = colours(map.host)
  const config = { displaylogo: false, responsive: true, modeBarButtons: [["toImage", "zoom2d", "pan2d", "resetScale2d"]] }
  await plotly.react(map.host, traces(data, look), layout(data, look), config)
  if (map.listens) return
  map.listens = true
  map.host.on("plotly_click", (event) => {
    const row = event.points?.[0]?.customdata
    if (row !== undefined) map.tell(row)
  })
}

export default function ({ data, parentElement, setTriggerValue }) {
  const host = parentElement.querySelector(".sb-review-map")
  const map = maps.get(host) ?? { host, turn: 0 }
  maps.set(host, map)
  map.gone = false
  map.tell = (row) => setTriggerValue("open", row)
  host.setAttribute("role", "figure")
  host.setAttribute("aria-label", data.alt)
  host.style.minHeight = `${data.height}px`
  draw(map, data).catch(() => {
    host.textContent = data.failed
  })
  const turn = ++map.turn
  // Streamlit also cleans up after a call that newer data overtook; only when no newer call follows is it the end.
  return () =>
    setTimeout(() => {
      if (map.turn !== turn) return
      map.gone = true
      map.plotly?.purge(host)
    }, 200)
}

"""Components of Starboard's own, whose scripts the browser loads once.

Streamlit sends a component's script with every message about it, at every tick. What is sent here instead is two lines
that load the script from `static/`, where it is served as a file. It does not know what a component draws. Guarantees
that a changed script is loaded anew: its address names its content.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import streamlit as st

from ui.assets import STATIC, URL_PREFIX

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

# The address is relative to the page for the reason that `ui.assets.plotly_url` gives.
_LOADER = """const script = new URL("{url}", document.baseURI)
export default async (component) => (await import(script)).default(component)"""


def component(name: str, *, html: str) -> ComponentRenderer:
    """Register `static/NAME.js` as a component; call it at the top of a module.

    Args:
        name: of the script, without its ending.
        html: the markup that the script finds in its place.
    """
    return st.components.v2.component(f"starboard_{name}", html=html, js=_loader(name), isolate_styles=False)


def _loader(name: str) -> str:
    content = (STATIC / f"{name}.js").read_bytes()
    return _LOADER.format(url=f"{URL_PREFIX}/{name}.js?v={hashlib.sha256(content).hexdigest()[:12]}")
